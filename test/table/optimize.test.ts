import { beforeEach, describe, expect, test } from 'vitest'
import { createTable, openTable, type Row, simulatedRuntime, type Table } from '../../src/index.ts'
import { formatCommitPath, loadSnapshot } from '../../src/log/index.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { collect } from '../collect.ts'
import { keysOf } from '../keys-of.ts'
import { contentOf } from './maintenance-history.ts'

let runtime = simulatedRuntime()
let store: ObjectStore
beforeEach(() => {
  runtime = simulatedRuntime({ tick: 1 })
  store = memoryStore({ runtime })
})

const SCHEMA = JSON.stringify({
  type: 'struct',
  fields: ['id', 'country', 'price'].map((name) => {
    return { name, type: name === 'country' ? 'string' : 'long', nullable: true, metadata: {} }
  }),
})

function open(): Promise<Table> {
  return openTable('memory://t', { store, runtime })
}

async function tableOf(commits: readonly (readonly Row[])[], properties: Record<string, string> = {}): Promise<Table> {
  const settings = { store, runtime, schema: SCHEMA, partitionBy: ['country'], properties }
  const table = await createTable('memory://t', settings)
  for (const rows of commits) await table.append(rows)
  return table
}

/** Three commits in each of two countries. */
const COMMITS = [1, 2, 3].flatMap((id) => ['DE', 'FR'].map((country) => [{ id, country, price: id * 10 }]))

describe('optimize', () => {
  test('packs the small files of each partition into one, and changes no row', async () => {
    const table = await tableOf(COMMITS)
    const before = await contentOf(table)
    expect(await table.optimize()).toMatchObject({
      version: 7,
      filesRemoved: 6,
      filesAdded: 2,
      filesSkipped: 0,
      deletionVectorsRemoved: 0,
    })
    expect(table.files().map(({ rows, partitionValues }) => [partitionValues.country, rows])).toEqual([
      ['DE', 3],
      ['FR', 3],
    ])
    expect(await contentOf(table)).toEqual(before)
    expect(await contentOf(await open())).toEqual(before)
  })

  test('commits nothing where there is nothing to do', async () => {
    const table = await tableOf(COMMITS)
    await table.optimize()
    expect(await table.optimize()).toMatchObject({ version: 7, filesRemoved: 0, filesAdded: 0, filesSkipped: 2 })
  })

  test('tells its history what it did, as Spark does, and that no row changed', async () => {
    const table = await tableOf(COMMITS, { 'delta.enableChangeDataFeed': 'true' })
    await table.optimize({ where: { country: 'DE' } })
    const [last] = await table.history({ limit: 1 })
    expect(last).toMatchObject({
      operation: 'OPTIMIZE',
      operationParameters: { predicate: '["{\\"country\\":\\"DE\\"}"]', zOrderBy: '[]', auto: 'false' },
      operationMetrics: { numRemovedFiles: '3', numAddedFiles: '1' },
    })
    expect(await collect(table.changes({ from: 7 }))).toEqual([])
  })

  test('looks only at the partitions asked for', async () => {
    const table = await tableOf(COMMITS)
    expect(await table.optimize({ where: { country: 'DE' } })).toMatchObject({ filesRemoved: 3, filesAdded: 1 })
    expect(table.files().filter(({ partitionValues }) => partitionValues.country === 'FR')).toHaveLength(3)
  })

  test('refuses a filter on other columns', async () => {
    const table = await tableOf(COMMITS)
    await expect(table.optimize({ where: { price: 10 } })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('country'),
    })
  })

  test('leaves files alone that are large enough', async () => {
    const table = await tableOf(COMMITS)
    const [{ bytes } = { bytes: 0 }] = table.files()
    expect(await table.optimize({ targetFileBytes: bytes })).toMatchObject({ filesRemoved: 0, filesSkipped: 6 })
    expect(await table.optimize({ targetFileBytes: bytes * 2 + 20 })).toMatchObject({ filesRemoved: 4, filesAdded: 2 })
  })

  test('goes on behind an append that came in between', async () => {
    const table = await tableOf(COMMITS)
    await (await open()).append([{ id: 4, country: 'DE', price: 1 }])
    expect(await table.optimize()).toMatchObject({ version: 8, filesRemoved: 6 })
    expect((await contentOf(table)).length).toBe(7)
  })

  test('conflicts with whoever removed a file that it packed, and leaves no file behind', async () => {
    const [table, other] = [await tableOf(COMMITS), await open()]
    await other.optimize()
    const keys = await keysOf(store)
    await expect(table.optimize()).rejects.toMatchObject({ code: 'conflict' })
    await table.settled()
    expect((await keysOf(store)).filter((key) => !key.startsWith('_'))).toEqual(
      keys.filter((key) => !key.startsWith('_')),
    )
  })

  test('refuses a table whose rows have ids', async () => {
    const table = await tableOf(COMMITS, { 'delta.enableRowTracking': 'true' })
    await expect(table.optimize()).rejects.toMatchObject({ code: 'unsupported', details: { feature: 'rowTracking' } })
  })

  test('writes a file anew without the rows that its deletion vector marks, however large it is', async () => {
    // Marks the rows 3, 4, 7, 11, 18 and 29.
    const pathOrInlineDv = '^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L'
    const deletionVector = { storageType: 'i', pathOrInlineDv, sizeInBytes: 44, cardinality: 6 }
    const rows = Array.from({ length: 40 }, (_, id) => ({ id, country: 'DE', price: 1 }))
    const table = await tableOf([rows], { 'delta.enableDeletionVectors': 'true' })
    const [file] = (await loadSnapshot(store)).files()
    const actions = [
      { remove: { path: file?.path, deletionTimestamp: 1, dataChange: true } },
      { add: { ...file, stats: `${file?.stats?.slice(0, -1)},"tightBounds":false}`, deletionVector } },
    ]
    const text = actions.map((action) => JSON.stringify(action)).join('\n')
    await store.put(formatCommitPath(2), new TextEncoder().encode(text), { mode: 'create' })
    await table.refresh()
    const before = await contentOf(table)
    expect(before).toHaveLength(34)
    expect(await table.optimize({ targetFileBytes: 1 })).toMatchObject({
      filesRemoved: 1,
      filesAdded: 1,
      deletionVectorsRemoved: 1,
    })
    expect(await contentOf(await open())).toEqual(before)
    const [written] = (await loadSnapshot(store)).files()
    expect(written?.deletionVector).toBeUndefined()
    expect(JSON.parse(written?.stats ?? '')).toMatchObject({ numRecords: 34 })
    const removed = [...(await loadSnapshot(store)).state.tombstones.values()].find((each) => each.deletionVector)
    expect(removed).toMatchObject({ dataChange: false, deletionVector })
  })

  test('changes no value of any type, however it is nested and whatever its column is called in the files', async () => {
    const field = (name: string, type: unknown) => ({ name, type, nullable: true, metadata: {} })
    const schema = JSON.stringify({
      type: 'struct',
      fields: [
        field('a b', { type: 'struct', fields: [field('x;y', 'decimal(38,10)'), field('when', 'timestamp_ntz')] }),
        field('list', { type: 'array', elementType: 'timestamp', containsNull: true }),
        field('map', { type: 'map', keyType: 'string', valueType: 'double', valueContainsNull: true }),
        field('bytes', 'binary'),
        field('day', 'date'),
        field('big', 'long'),
        field('moment', 'timestamp'),
      ],
    })
    const rows = [
      {
        'a b': { 'x;y': '9999999999999999999999999999.9999999999', when: '2026-01-02T03:04:05.123456' },
        list: ['1969-12-31T23:59:59.999999Z', null],
        map: new Map([
          ['nan', Number.NaN],
          ['zero', -0],
          ['none', null],
        ]),
        bytes: new Uint8Array([0, 255]),
        day: '1900-01-01',
        big: 2n ** 62n,
        moment: '2026-01-02T03:04:05.123456Z',
      },
      { 'a b': null, list: [], map: new Map(), bytes: new Uint8Array(0), day: null, big: null, moment: null },
      {
        'a b': { 'x;y': null, when: null },
        list: null,
        map: null,
        bytes: null,
        day: '9999-12-31',
        big: -1,
        moment: '0001-01-01T00:00:00.000000Z',
      },
    ]
    const settings = { store, runtime, partitionBy: ['moment'], properties: { 'delta.columnMapping.mode': 'name' } }
    const table = await createTable('memory://t', { ...settings, schema })
    for (const row of [...rows, ...rows]) await table.append([row])
    expect(await table.optimize()).toMatchObject({ filesRemoved: 6, filesAdded: 3 })
    const read = await collect((await open()).read())
    for (const row of rows) expect(read.filter((each) => each.day === row.day)).toEqual([row, row])
  })

  test('keeps partition values as they stand in the log', async () => {
    const table = await tableOf([[{ id: 1, price: 1 }], [{ id: 2, price: 2, country: null }]])
    await table.optimize()
    const [file] = (await loadSnapshot(store)).files()
    expect(file).toMatchObject({ partitionValues: { country: null }, dataChange: false })
  })
})
