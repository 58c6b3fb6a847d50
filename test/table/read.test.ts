import { describe, expect, test } from 'vitest'
import {
  createTable,
  openTable,
  type ReadOptions,
  type Row,
  simulatedRuntime,
  type Table,
  type TimeTravel,
} from '../../src/index.ts'
import { memoryStore } from '../../src/store/index.ts'
import { collect } from '../collect.ts'
import { recordingStore } from './recording-store.ts'

/** Three versions of one table: rows 1–2, then 3–4, then 5. */
async function history() {
  const runtime = simulatedRuntime({ tick: 1000 })
  const { store, requests } = recordingStore(memoryStore({ runtime }))
  const options = { store, runtime }
  const table = await createTable('memory://t', {
    ...options,
    rows: [
      { n: 1, s: 'a' },
      { n: 2, s: 'b' },
    ],
  })
  await table.append([
    { n: 3, s: 'c' },
    { n: 4, s: 'd' },
  ])
  await table.append([{ n: 5, s: null }])
  return { table, options, requests }
}

describe('read', () => {
  test('gives the columns asked for, in that order', async () => {
    const { table } = await history()
    expect(await collect(table.read({ columns: ['s', 'n'], where: { n: 3 } }))).toEqual([{ s: 'c', n: 3 }])
    expect(Object.keys((await collect(table.read({ columns: ['s', 'n'], limit: 1 })))[0] ?? {})).toEqual(['s', 'n'])
  })

  test('filters on a column that is not asked for', async () => {
    const { table } = await history()
    expect(await collect(table.read({ columns: ['s'], where: { n: { gte: 4 } } }))).toEqual([{ s: 'd' }, { s: null }])
  })

  test('opens no file whose statistics rule a match out', async () => {
    const { table, requests } = await history()
    requests.length = 0
    expect(await collect(table.read({ where: { n: 5 } }))).toEqual([{ n: 5, s: null }])
    expect(requests).toHaveLength(1)
  })

  test('stops at the limit', async () => {
    const { table } = await history()
    expect(await collect(table.read({ limit: 3 }))).toHaveLength(3)
    expect(await collect(table.read({ limit: 0 }))).toEqual([])
  })

  test.each([-1, 1.5, Number.NaN])('refuses the limit %d', async (limit) => {
    const { table } = await history()
    await expect(collect(table.read({ limit }))).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(table.history({ limit })).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  test('stops where its signal says so', async () => {
    const { table } = await history()
    const abort = new AbortController()
    const rows = table.read({ signal: abort.signal })
    expect(await rows.next()).toMatchObject({ value: { n: 1 } })
    abort.abort()
    await expect(rows.next()).rejects.toMatchObject({ code: 'aborted' })
    await expect(table.history({ signal: abort.signal })).rejects.toMatchObject({ code: 'aborted' })
  })

  test('goes back to a version, and to a time', async () => {
    const { table, options } = await history()
    expect(await collect(table.read({ version: 0 }))).toHaveLength(2)
    const old = await openTable('memory://t', { ...options, version: 1 })
    expect(await collect(old.read())).toHaveLength(4)
    const entries = await table.history()
    expect(entries.map((entry) => entry.version)).toEqual([2, 1, 0])
    const timestamp = entries[1]?.timestamp ?? 0
    expect(await collect(table.read({ timestamp }))).toHaveLength(4)
  })

  test('refuses a column, a filter or a version that is not there', async () => {
    const { table, options } = await history()
    await expect(collect(table.read({ columns: ['x'] }))).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/^columns: expected some of .*, found "x"$/),
    })
    await expect(collect(table.read({ where: { x: 1 } }))).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(collect(table.read({ version: 9 }))).rejects.toMatchObject({ code: 'not-found' })
    const noTime = new Date('yesterday')
    await expect(collect(table.read({ timestamp: noTime }))).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(
      openTable('memory://none', options.store ? { ...options, store: memoryStore() } : {}),
    ).rejects.toMatchObject({ code: 'not-found' })
  })

  test('a handle sees its version until it is refreshed', async () => {
    const { options } = await history()
    const [a, b] = [await openTable('memory://t', options), await openTable('memory://t', options)]
    await a.append([{ n: 6 }])
    expect(b.version).toBe(2)
    expect(await b.refresh()).toBe(3)
    expect(await collect(b.read({ where: { n: 6 } }))).toEqual([{ n: 6, s: null }])
  })
})

describe('info and files', () => {
  test('say what the table is', async () => {
    const { table } = await history()
    expect(table.info()).toMatchObject({
      version: 2,
      files: 3,
      rows: 5,
      partitionColumns: [],
      protocol: { minReaderVersion: 1, minWriterVersion: 2 },
    })
    expect(table.files().map((file) => file.rows)).toEqual([2, 2, 1])
  })
})

describe('types', () => {
  const row = {
    string: 'Ünïcödé 😀 \u0000',
    long: 9007199254740993n,
    integer: -2147483648,
    short: -32768,
    byte: 127,
    float: 1.5,
    double: -0.1,
    boolean: true,
    binary: Uint8Array.of(0, 255),
    date: '1969-12-31',
    timestamp: '1969-12-31T23:59:59.999999Z',
    timestamp_ntz: '2026-01-02T03:04:05.123456',
    'decimal(38,10)': '1234567890123456789012345678.0123456789',
    'decimal(5,0)': '-99999',
  }
  const fields = Object.keys(row).map((type) => ({
    name: type.replace(/\W/g, '_'),
    type,
    nullable: true,
    metadata: {},
  }))
  const renamed = Object.fromEntries(Object.entries(row).map(([name, value]) => [name.replace(/\W/g, '_'), value]))

  test('every primitive type and decimals come back exactly, and null beside them', async () => {
    const nothing = Object.fromEntries(fields.map((field) => [field.name, null]))
    const options = { store: memoryStore(), runtime: simulatedRuntime() }
    const table: Table = await createTable('memory://t', { ...options, schema: { type: 'struct', fields } })
    await table.append([renamed, nothing])
    expect(await collect((await openTable('memory://t', options)).read())).toEqual([renamed, nothing])
  })

  test('every primitive type can partition, but binary', async () => {
    for (const field of fields.filter((each) => each.type !== 'binary')) {
      const options = { store: memoryStore(), runtime: simulatedRuntime() }
      const schema = { type: 'struct', fields: [{ name: 'k', type: 'long', nullable: true, metadata: {} }, field] }
      const table = await createTable('memory://t', { ...options, schema, partitionBy: [field.name] })
      const rows = [
        { k: 1, [field.name]: renamed[field.name] },
        { k: 2, [field.name]: null },
      ]
      await table.append(rows)
      expect(await collect((await openTable('memory://t', options)).read())).toEqual(rows)
    }
  })
})

describe('nested columns', () => {
  const rows = [
    {
      id: 1,
      seller: { name: 'Anna', since: '2026-01-02' },
      tags: ['new', null],
      prices: new Map([
        ['EUR', '1.50'],
        ['USD', null],
      ]),
    },
    { id: 2, seller: { name: null, since: null }, tags: [], prices: new Map() },
    { id: 3, seller: null, tags: null, prices: null },
  ]
  const string = 'string'
  const schema = {
    type: 'struct',
    fields: [
      { name: 'id', type: 'long', nullable: true, metadata: {} },
      {
        name: 'seller',
        type: {
          type: 'struct',
          fields: [
            { name: 'name', type: string, nullable: true, metadata: {} },
            { name: 'since', type: 'date', nullable: true, metadata: {} },
          ],
        },
        nullable: true,
        metadata: {},
      },
      { name: 'tags', type: { type: 'array', elementType: string, containsNull: true }, nullable: true, metadata: {} },
      {
        name: 'prices',
        type: { type: 'map', keyType: string, valueType: 'decimal(9,2)', valueContainsNull: true },
        nullable: true,
        metadata: {},
      },
    ],
  }
  const options = () => ({ store: memoryStore(), runtime: simulatedRuntime() })

  test('come back as they went in: null, empty and absent told apart at every level', async () => {
    const settings = options()
    const table = await createTable('memory://t', { ...settings, schema })
    await table.append(rows)
    expect(await collect((await openTable('memory://t', settings)).read())).toEqual(rows)
  })

  test('are inferred from rows', async () => {
    const settings = options()
    const table = await createTable('memory://t', {
      ...settings,
      rows: [{ id: 1, seller: { name: 'Anna' }, tags: ['new'] }],
    })
    expect(table.schema.fields.map(({ type }) => type.type)).toEqual(['long', 'struct', 'array'])
    expect(await collect(table.read())).toEqual([{ id: 1, seller: { name: 'Anna' }, tags: ['new'] }])
  })

  test('are filtered and pruned by the leaves of structs', async () => {
    const settings = options()
    const table = await createTable('memory://t', { ...settings, schema })
    await table.append(rows)
    await table.append([{ id: 4, seller: { name: 'Zoë', since: null } }])
    expect(await collect(table.read({ columns: ['id'], where: { 'seller.name': 'Zoë' } }))).toEqual([{ id: 4 }])
  })

  test('refuse a value inside them by its path', async () => {
    const table = await createTable('memory://t', { ...options(), schema })
    const attempt = table.append([{ id: 1 }, { id: 2, seller: { name: 7 } }])
    await expect(attempt).rejects.toMatchObject({ code: 'invalid-argument', details: { row: 2 } })
    await expect(attempt).rejects.toThrow(/seller\.name/)
  })

  test('cannot partition a table', async () => {
    const attempt = createTable('memory://t', { ...options(), schema, partitionBy: ['seller'] })
    await expect(attempt).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})

describe('Arrow', () => {
  test('holds the rows of all files, with partition columns, filters, limits and older versions', async () => {
    const table = await createTable('memory://t', {
      store: memoryStore(),
      partitionBy: ['country'],
      rows: [
        { id: 1, at: new Date(0), country: 'DE' },
        { id: 2, at: null, country: 'AT' },
      ],
    })
    await table.append([{ id: 3, at: new Date(1), country: null }])
    const arrow = await table.toArrow()
    expect(arrow.schema.fields.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'id: Int64',
      'at: Timestamp<MICROSECOND, UTC>',
      'country: Utf8',
    ])
    const copy = await createTable('memory://copy', { store: memoryStore(), rows: arrow })
    const sorted = (rows: Row[]) => rows.toSorted((a, b) => Number(a.id) - Number(b.id))
    expect(sorted(await collect(copy.read()))).toEqual(sorted(await collect(table.read())))

    const ids = async (options: ReadOptions & TimeTravel) => {
      const batches: bigint[][] = []
      for await (const batch of table.readArrow({ columns: ['id'], ...options })) {
        batches.push([...(batch.getChild('id') ?? [])])
      }
      return batches
    }
    expect(await ids({ where: { country: 'AT' } })).toEqual([[2n]])
    expect(await ids({ limit: 2 })).toHaveLength(2)
    expect((await ids({ version: 0 })).flat().toSorted()).toEqual([1n, 2n])
    expect(await ids({ where: { id: 9 } })).toEqual([])
    expect((await table.toArrow({ where: { id: 9 }, columns: ['at'] })).schema.fields).toHaveLength(1)
  })

  test('is refused as rows are', async () => {
    const { table } = await history()
    await expect(table.toArrow({ columns: ['x'] })).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(table.toArrow({ version: 9 })).rejects.toMatchObject({ code: 'not-found' })
  })
})

test('columns hold the values of the rows, with filters, limits and older versions', async () => {
  const { table } = await history()
  for (const options of [{}, { version: 1 }, { limit: 1 }]) {
    const rows = await collect(table.read(options))
    const found: Row[] = []
    for await (const { length, columns } of table.readColumns(options)) {
      for (let row = 0; row < length; row++) {
        found.push(Object.fromEntries([...columns].map(([name, values]) => [name, values[row]])))
      }
    }
    expect(found).toEqual(rows)
    expect(rows).not.toEqual([])
  }
})
