import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTable, findTraces, simulatedRuntime, type Table, type Trace } from '../../../src/index.ts'
import { encodeParquet } from '../../../src/parquet/index.ts'
import { memoryStore, type ObjectStore } from '../../../src/store/index.ts'
import { faultyStore } from '../../../src/store/testing.ts'

let runtime = simulatedRuntime()
let store: ObjectStore
beforeEach(() => {
  runtime = simulatedRuntime({ tick: 1 })
  store = memoryStore({ runtime })
})

const EMAIL = 'ann "the" müller@example.com'

async function put(key: string, body: string | Uint8Array): Promise<void> {
  await store.put(key, typeof body === 'string' ? new TextEncoder().encode(body) : body, { mode: 'overwrite' })
}

async function placesOf(needle: string | number | bigint): Promise<string[]> {
  return (await findTraces(store, needle)).map(({ key, where, column }) =>
    [where, key, column].filter(Boolean).join(' '),
  )
}

function fields(...columns: readonly (readonly [name: string, type: string])[]): string {
  return JSON.stringify({
    type: 'struct',
    fields: columns.map(([name, type]) => ({ name, type, nullable: true, metadata: {} })),
  })
}

describe('traces of a text', () => {
  test.each([
    ['as it is', EMAIL],
    ['in JSON', JSON.stringify({ email: EMAIL })],
    ['in JSON within JSON', JSON.stringify({ stats: JSON.stringify({ min: { email: EMAIL } }) })],
    ['in JSON kept within ASCII', '{"email":"ann \\"the\\" m\\u00fcller@example.com"}'],
    ['in JSON with needless escapes', '{"email":"\\u0061nn \\"the\\" müller@example\\u002ecom"}'],
    ['in JSON over several lines', '{\n  "list": [\n    "\\u0061nn \\"the\\" müller@example.com"\n  ]\n}'],
    ['in a path', JSON.stringify({ path: `email=${encodeURIComponent(EMAIL)}/part-1.parquet` })],
    ['as the name of a member', JSON.stringify({ [EMAIL]: 1 })],
    ['in the midst of a line', `id;name\n1;${EMAIL};x\n`],
  ])('are found %s', async (_, text) => {
    await put('notes/1', text)
    await put('notes/2', 'ann müller')
    expect(await placesOf(EMAIL)).toEqual(['other notes/1'])
  })

  test('are found across the pieces in which a large object is read', async () => {
    const large = new Uint8Array(8 * 1024 * 1024 + 500).fill(0x61)
    large.set(new TextEncoder().encode('crc\0'), 0)
    large.set(new TextEncoder().encode('needle'), 8 * 1024 * 1024 - 3)
    await put('large', large)
    expect(await placesOf('needle')).toEqual(['other large'])
  })

  test('are found in the name of an object', async () => {
    await put('email=ann%40example.com/x', '')
    expect(await placesOf('ann@example.com')).toEqual(['name email=ann%40example.com/x'])
  })

  test.each(['none', 'snappy', 'gzip', 'brotli'] as const)(
    'are found in Parquet pages compressed with %s',
    async (codec) => {
      const rows = Array.from({ length: 500 }, (_, id) => ({
        id,
        email: id === 333 ? EMAIL : `user${id % 7}@example.com`,
      }))
      await put('a.parquet', await encodeParquet(rows, { codec }))
      expect(await placesOf(EMAIL)).toContain('data a.parquet email')
      expect(await placesOf('nobody@example.com')).toEqual([])
    },
  )

  test('are found inside of nested values and binary ones', async () => {
    const rows = [{ list: [{ name: EMAIL }], bytes: new TextEncoder().encode(`<${EMAIL}>`) }]
    await put('a.parquet', await encodeParquet(rows, { codec: 'gzip' }))
    expect(await placesOf(EMAIL)).toEqual(expect.arrayContaining(['data a.parquet list', 'data a.parquet bytes']))
  })

  test('are found in the bounds of a footer', async () => {
    await put('a.parquet', await encodeParquet([{ name: 'aardvark' }, { name: 'zebra' }], { codec: 'gzip' }))
    expect(await placesOf('aardvark')).toEqual(expect.arrayContaining(['statistics a.parquet', 'data a.parquet name']))
  })
})

describe('traces of a number', () => {
  const rows = [{ whole: 7_700_001, price: '12.50', ratio: 0.1, big: 2n ** 60n, text: '4711' }]
  const schema = fields(
    ['whole', 'integer'],
    ['price', 'decimal(9,2)'],
    ['ratio', 'float'],
    ['big', 'long'],
    ['text', 'string'],
  )
  test.each<[column: string, needle: number | bigint]>([
    ['whole', 7_700_001],
    ['whole', 7_700_001n],
    ['price', 12.5],
    ['ratio', 0.1],
    ['big', 2n ** 60n],
    ['text', 4711],
  ])('are found in column %s by %s', async (column, needle) => {
    await put('a.parquet', await encodeParquet(rows, { schema }))
    expect(await placesOf(needle)).toContain(`data a.parquet ${column}`)
    expect(await placesOf(-needle)).toEqual([])
  })

  test.each([
    ['{"id":4711}', true],
    ['{"id":4711.0}', true],
    ['{"id":"4711"}', true],
    ['{"stats":"{\\"max\\":4.711e3}"}', true],
    ['a;4711;b', true],
    ['{"id":47110}', false],
    ['{"date":"4711-01-01"}', false],
    ['part-4711.parquet', false],
  ])('in %s: %s', async (text, found) => {
    await put('x', text)
    expect(await placesOf(4711)).toEqual(found ? ['other x'] : [])
  })
})

describe('what cannot be decoded', () => {
  test.each<[what: string, bytes: Uint8Array]>([
    ['compressed text', gzipSync('hello')],
    ['a Parquet file that was cut off', new TextEncoder().encode('PAR1 and nothing else')],
    ['an encrypted Parquet file', new TextEncoder().encode('PARE............PARE')],
    ['other bytes', new Uint8Array([0xff, 0xfe, 0, 1, 2])],
  ])('is told: %s', async (_, bytes) => {
    await put('x', bytes)
    expect(await findTraces(store, 'needle')).toEqual([{ key: 'x', where: 'unreadable' }])
  })

  test('is told of a data file with a damaged page, beside what was found in it', async () => {
    const bytes = await encodeParquet(
      Array.from({ length: 2000 }, (_, id) => ({ id, name: `${EMAIL} ${id}` })),
      { codec: 'none', checksums: true },
    )
    bytes[200] = (bytes[200] ?? 0) ^ 0xff
    await put('a.parquet', bytes)
    const where = (await findTraces(store, EMAIL)).map((trace) => trace.where)
    expect(where).toContain('unreadable')
    expect(where).toContain('data')
  })
})

describe('the traces of a table', () => {
  async function tableWithAnn(): Promise<Table> {
    const settings = { store, runtime, schema: fields(['id', 'long'], ['email', 'string']) }
    const table = await createTable('memory://t', settings)
    await table.append([{ id: 1, email: 'ann@example.com' }])
    await table.append([{ id: 2, email: 'bob@example.com' }])
    await table.checkpoint()
    await table.settled()
    return table
  }
  const wheres = (traces: readonly Trace[]): string[] => [...new Set(traces.map(({ where }) => where))].sort()

  test('are in its data, in their statistics and in its log', async () => {
    const table = await tableWithAnn()
    const traces = await table.findTraces(['nobody', 'ann@example.com'])
    expect(wheres(traces)).toEqual(['data', 'log', 'statistics'])
    expect(traces.every(({ needle }) => needle === 1)).toBe(true)
    const logs = traces.filter(({ where }) => where === 'log').map(({ key }) => key)
    expect(logs).toContain('_delta_log/00000000000000000001.json')
    expect(logs).toContain('_delta_log/00000000000000000002.checkpoint.parquet')
  })

  test('are gone after the rows were deleted, vacuumed and forgotten, and not before', async () => {
    const table = await tableWithAnn()
    await table.delete({ where: { email: 'ann@example.com' } })
    await table.settled()
    expect(wheres(await table.findTraces('ann@example.com'))).toEqual(['data', 'log', 'statistics'])
    await table.vacuum({ retentionMilliseconds: 0, force: true })
    await table.settled()
    expect(wheres(await table.findTraces('ann@example.com'))).toEqual(['log'])
    await table.forgetHistory({ before: table.version })
    expect(await table.findTraces('ann@example.com')).toEqual([])
    expect(wheres(await table.findTraces('bob@example.com'))).toEqual(['data', 'log', 'statistics'])
  })
})

describe('a search', () => {
  test('that could not read everything is no answer', async () => {
    await put('a', 'x')
    await put('b', 'y')
    const faulty = faultyStore(store, [{ fault: '503', operations: ['get'], key: /b/ }])
    await expect(findTraces(faulty, 'needle')).rejects.toMatchObject({ code: 'unavailable' })
  })

  test.each([[''], [[]], [Number.NaN]])('for %j is refused', async (needle) => {
    await expect(findTraces(store, needle)).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  test('looks only below a prefix', async () => {
    await put('a/x', 'needle')
    await put('b/x', 'needle')
    expect(await findTraces(store, 'needle', { prefix: 'b/' })).toEqual([{ key: 'b/x', where: 'other', needle: 0 }])
  })
})
