import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { openProfile, type SharedTable } from '../../src/client/index.ts'
import { type Row, simulatedRuntime } from '../../src/index.ts'
import { encodeParquet } from '../../src/parquet/index.ts'
import { parseSchema } from '../../src/schema/index.ts'
import { collect } from '../collect.ts'
import { formatRows } from '../scan/deletion-vector/roaring.ts'

/** A foreign server: what it answers to a query or to changes, and the files behind its URLs. */
function tableOf(lines: readonly object[], files: Readonly<Record<string, Uint8Array>>, format = 'delta'): SharedTable {
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const name = new URL(request.url).pathname.slice(1)
    const bytes = files[name]
    if (bytes !== undefined) {
      const [, start = 0, end = 0] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get('range') ?? '') ?? []
      return new Response(new Uint8Array(bytes.slice(Number(start), Number(end) + 1)), { status: 206 })
    }
    const headers = { 'delta-table-version': '3', 'delta-sharing-capabilities': `responseformat=${format}` }
    return new Response(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { headers })
  }
  const profile = { endpoint: 'https://share.example.com/sharing', bearerToken: 'secret' }
  return openProfile(profile, { fetch, runtime: simulatedRuntime() }).table('s.c.t')
}

const field = (name: string, type: string, metadata: object = {}) => ({ name, type, nullable: true, metadata })
const mapped = (id: number) => ({ 'delta.columnMapping.id': id, 'delta.columnMapping.physicalName': `col-${id}` })

function headOf(
  fields: readonly object[],
  features: readonly string[],
  configuration = {},
  partitionColumns: string[] = [],
) {
  const schemaString = JSON.stringify({ type: 'struct', fields })
  const format = { provider: 'parquet', options: {} }
  return [
    {
      protocol: {
        deltaProtocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: features, writerFeatures: features },
      },
    },
    { metaData: { deltaMetadata: { id: 'm', format, schemaString, partitionColumns, configuration } } },
  ]
}

/** A file of deletion vectors that holds one, and how an action describes it. */
function vectorOf(rows: readonly number[], name: string) {
  const data = formatRows(rows)
  const bytes = Buffer.concat([Uint8Array.of(1, 0, 0, 0, 0), data, Uint8Array.of(0, 0, 0, 0)])
  bytes.writeUInt32BE(data.length, 1)
  bytes.writeUInt32BE(crc32(data), bytes.length - 4)
  const url = `https://bucket/${name}?sig=1`
  const described = {
    storageType: 'p',
    pathOrInlineDv: url,
    offset: 1,
    sizeInBytes: data.length,
    cardinality: rows.length,
  }
  return { bytes: new Uint8Array(bytes), described }
}

const url = (name: string): string => `https://bucket/${name}?sig=1`
const addOf = (name: string, size: number, more: object = {}) => ({
  path: url(name),
  size,
  partitionValues: {},
  modificationTime: 0,
  dataChange: true,
  ...more,
})

const numbers = await encodeParquet([0, 1, 2, 3, 4].map((n) => ({ n })))
const fields = [field('n', 'long')]

describe('an answer in the delta format', () => {
  test('has its deletion vectors applied, from their URLs', async () => {
    const { bytes, described } = vectorOf([1, 3], 'dv')
    const file = {
      id: 'f',
      deletionVectorFileId: 'v',
      deltaSingleAction: { add: addOf('a', numbers.length, { deletionVector: described }) },
    }
    const table = tableOf([...headOf(fields, ['deletionVectors']), { file }], { a: numbers, dv: bytes })
    expect(await collect(table.read())).toEqual([{ n: 0 }, { n: 2 }, { n: 4 }])
    expect(await collect(table.read({ limit: 2 }))).toEqual([{ n: 0 }, { n: 2 }])
    expect(await table.metadata()).toMatchObject({ format: 'delta', version: 3 })
  })

  test.each([
    ['name', [field('price', 'long', mapped(1)), field('where', 'string', mapped(2))]],
    ['id', [field('price', 'long', mapped(1)), field('where', 'string', mapped(2))]],
  ])('has its columns found by %s, and its partitions by their physical names', async (mode, columns) => {
    const stored = mode === 'name' ? 'col-1' : 'something else'
    const column = field(stored, 'long', { 'delta.columnMapping.id': 1 })
    const schema = parseSchema(JSON.stringify({ type: 'struct', fields: [column] }))
    const bytes = await encodeParquet([{ [stored]: 7 }], { schema })
    const add = addOf('a', bytes.length, { partitionValues: { 'col-2': 'DE' } })
    const head = headOf(columns, ['columnMapping'], { 'delta.columnMapping.mode': mode }, ['where'])
    const table = tableOf([...head, { file: { id: 'f', deltaSingleAction: { add } } }], { a: bytes })
    expect(await collect(table.read({ where: { where: 'DE' } }))).toEqual([{ price: 7, where: 'DE' }])
    expect(await collect(table.read({ where: { where: 'FR' } }))).toEqual([])
  })

  test.each([
    ['a feature that nobody knows', headOf(fields, ['timeTravelToTheFuture']), 'unsupported', 'timeTravelToTheFuture'],
    ['a catalog’s commits', headOf(fields, ['catalogManaged']), 'unsupported', 'catalogManaged'],
  ])('with %s is refused by its name', async (_, head, code, feature) => {
    await expect(collect(tableOf(head, {}).read())).rejects.toMatchObject({ code, details: { feature } })
  })

  test('with a deletion vector of which no URL is given is refused', async () => {
    const deletionVector = {
      ...vectorOf([1], 'dv').described,
      storageType: 'u',
      pathOrInlineDv: 'ab^-aqEH.-t@S}K{vb[*k^',
    }
    const file = { id: 'f', deltaSingleAction: { add: addOf('a', numbers.length, { deletionVector }) } }
    const table = tableOf([...headOf(fields, ['deletionVectors']), { file }], { a: numbers })
    await expect(collect(table.read())).rejects.toMatchObject({ code: 'invalid-data' })
  })
})

test('rows are given as columns and as Arrow too', async () => {
  const file = { id: 'f', deltaSingleAction: { add: addOf('a', numbers.length) } }
  const table = tableOf([...headOf(fields, []), { file }], { a: numbers })
  expect(await collect(table.readColumns({ where: { n: { gte: 3 } } }))).toEqual([
    { length: 2, columns: new Map([['n', [3, 4]]]) },
  ])
  expect((await table.toArrow({ limit: 3 })).numRows).toBe(3)
  expect((await collect(table.readArrow())).map(({ numRows }) => numRows)).toEqual([5])
})

describe('changes', () => {
  const short = (rows: readonly Row[]) => rows.map((row) => `${row._commit_version} ${row._change_type} ${row.n}`)

  test('come in the order of their versions, whatever the order of the lines', async () => {
    const cdcBytes = await encodeParquet([
      { n: 1, _change_type: 'update_preimage' },
      { n: 10, _change_type: 'update_postimage' },
    ])
    const one = await encodeParquet([{ n: 1 }])
    const at = (name: string, version: number, size: number) => ({
      url: url(name),
      id: name,
      partitionValues: {},
      size,
      version,
      timestamp: version * 1000,
    })
    const lines = [
      { protocol: { minReaderVersion: 1 } },
      {
        metaData: {
          id: 'm',
          format: { provider: 'parquet' },
          schemaString: JSON.stringify({ type: 'struct', fields }),
          partitionColumns: [],
        },
      },
      { cdf: at('c', 2, cdcBytes.length) },
      { add: at('a', 1, one.length) },
      { remove: at('a', 3, one.length) },
    ]
    const table = tableOf(lines, { a: one, c: cdcBytes }, 'parquet')
    const rows = await collect(table.changes({ startingVersion: 1 }))
    expect(short(rows)).toEqual(['1 insert 1', '2 update_preimage 1', '2 update_postimage 10', '3 delete 1'])
    expect(rows[0]).toEqual({
      n: 1,
      _change_type: 'insert',
      _commit_version: 1,
      _commit_timestamp: '1970-01-01T00:00:01.000000Z',
    })
    const where = { _change_type: 'delete' }
    expect(await collect(table.changes({ startingVersion: 1, where, columns: ['n'] }))).toEqual([{ n: 1 }])
    expect(await collect(table.changes({ startingVersion: 1, limit: 2 }))).toHaveLength(2)
  })

  test('of a file whose deletion vector was exchanged are the rows between the two', async () => {
    const [before, after] = [vectorOf([0], 'before'), vectorOf([0, 2, 3], 'after')]
    const lineOf = (deltaSingleAction: object) => ({
      file: { id: 'f', version: 4, timestamp: 4000, deltaSingleAction },
    })
    const remove = {
      path: url('a'),
      size: numbers.length,
      partitionValues: {},
      dataChange: true,
      deletionVector: before.described,
    }
    const lines = [
      ...headOf(fields, ['deletionVectors']),
      lineOf({ add: addOf('a', numbers.length, { deletionVector: after.described }) }),
      lineOf({ remove }),
    ]
    const table = tableOf(lines, { a: numbers, before: before.bytes, after: after.bytes })
    expect(short(await collect(table.changes({ startingVersion: 4 })))).toEqual(['4 delete 2', '4 delete 3'])
  })

  test('without a version are refused', async () => {
    const file = { id: 'f', deltaSingleAction: { add: addOf('a', numbers.length) } }
    const table = tableOf([...headOf(fields, []), { file }], { a: numbers })
    await expect(collect(table.changes({ startingVersion: 0 }))).rejects.toMatchObject({ code: 'invalid-data' })
  })
})
