import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { AddFile } from '../../src/log/index.ts'
import { bufferAccess, parquetEncoder, type RandomAccess } from '../../src/parquet/index.ts'
import { parseFilter } from '../../src/predicate/index.ts'
import { type ScanOptions, scanFile } from '../../src/scan/index.ts'
import type { Row, StructField, StructType } from '../../src/schema/index.ts'
import { formatRows } from './deletion-vector/roaring.ts'

const field = (name: string, type: StructField['type']): StructField => ({ name, type, nullable: true, metadata: {} })
const schema: StructType = {
  type: 'struct',
  fields: [
    field('id', { type: 'long' }),
    field('point', {
      type: 'struct',
      fields: [field('x', { type: 'long' }), field('label', { type: 'string' }), field('at', { type: 'timestamp' })],
    }),
    field('tags', { type: 'map', keyType: { type: 'string' }, valueType: { type: 'date' }, valueContainsNull: true }),
    field('country', { type: 'string' }),
  ],
}
const stored = { type: 'struct', fields: schema.fields.slice(0, 3) } as const

const rowAt = (id: number): Row => ({
  id,
  point: id % 10 === 0 ? null : { x: id * 2, label: null, at: '2026-01-02T03:04:05.000006Z' },
  tags: new Map([['day', '2026-01-02']]),
})

/** A file of 20,000 rows, and what is read of it. */
function dataFile(): { open: () => RandomAccess; reads: number[]; file: AddFile } {
  const encoder = parquetEncoder(stored, { codec: 'none' })
  encoder.writeRows(Array.from({ length: 20_000 }, (_, id) => rowAt(id)))
  encoder.finish()
  const bytes = Buffer.concat(encoder.takeBytes())
  const access = bufferAccess(bytes, 'data.parquet')
  const reads: number[] = []
  const open = (): RandomAccess => ({
    ...access,
    read: (start, end, signal) => {
      reads.push(end - start)
      return access.read(start, end, signal)
    },
  })
  const file: AddFile = {
    path: 'data.parquet',
    size: bytes.length,
    modificationTime: 0,
    dataChange: true,
    partitionValues: { country: 'DE' },
  }
  return { open, reads, file }
}

const { open, reads, file } = dataFile()
const request = { file, open, schema, partitionColumns: ['country'] }

async function scan(options: ScanOptions = {}): Promise<Row[][]> {
  const batches: Row[][] = []
  for await (const rows of scanFile({ ...request, ...options })) batches.push(rows)
  return batches
}

describe('rows of a data file', () => {
  test('have structs, maps and partition values in the form that leaves', async () => {
    const [first = []] = await scan({ timestamps: 'micros' })
    expect(first.slice(0, 2)).toEqual([
      { ...rowAt(0), country: 'DE' },
      { ...rowAt(1), point: { x: 2, label: null, at: 1_767_323_045_000_006n }, country: 'DE' },
    ])
  })

  test('are no more than the caller takes, unless a filter has to choose among them', async () => {
    expect((await scan({ columns: ['id'], limit: 3 })).flat()).toEqual([{ id: 0 }, { id: 1 }, { id: 2 }])
    const where = parseFilter({ id: { gte: 5 } }, schema)
    expect((await scan({ columns: ['id'], limit: 3, where })).flat().slice(0, 2)).toEqual([{ id: 5 }, { id: 6 }])
  })

  test('are made a few thousand at a time, however large the row group is', async () => {
    const batches = await scan({ columns: ['id'] })
    expect(batches.map((rows) => rows.length)).toEqual([8192, 8192, 3616])
    expect(batches.flat().map(({ id }) => id)).toEqual(Array.from({ length: 20_000 }, (_, id) => id))
  })

  test('are filtered exactly, by members of structs too', async () => {
    const where = parseFilter({ 'point.x': { gte: 39_990 } }, schema)
    expect((await scan({ where, columns: ['id'] })).flat()).toEqual(
      [19_995, 19_996, 19_997, 19_998, 19_999].map((id) => ({ id })),
    )
    const nothing = parseFilter({ 'point.x': null }, schema)
    expect((await scan({ where: nothing, columns: ['id'] })).flat()).toHaveLength(2000)
  })

  test('are null in a void column, which no file stores', async () => {
    const withVoid: StructType = { type: 'struct', fields: [...schema.fields, field('nothing', { type: 'void' })] }
    const rows = scanFile({ ...request, schema: withVoid, columns: ['nothing', 'id'] })
    expect((await rows.next()).value?.[0]).toEqual({ nothing: null, id: 0 })
  })

  test('that no row can match are not read', async () => {
    reads.length = 0
    expect((await scan({ where: parseFilter({ id: -1 }, schema) })).flat()).toEqual([])
    expect((await scan({ where: parseFilter({ country: 'FR' }, schema) })).flat()).toEqual([])
    expect(reads).toHaveLength(2)
  })
})

describe('rows that a deletion vector marks', () => {
  const numbers: StructType = { type: 'struct', fields: [field('id', { type: 'long' })] }
  const encoder = parquetEncoder(numbers, { codec: 'none', rowGroupBytes: 80_000, pageBytes: 8000 })
  for (let id = 0; id < 100_000; id += 1000) {
    encoder.writeRows(Array.from({ length: 1000 }, (_, i) => ({ id: id + i })))
  }
  encoder.finish()
  const bytes = Buffer.concat(encoder.takeBytes())

  /** The ids that are left, and how many bytes were read for them. */
  async function idsWithout(rows: readonly number[], where?: object): Promise<{ ids: unknown[]; read: number }> {
    const access = bufferAccess(bytes, 'data.parquet')
    let read = 0
    const counted: RandomAccess = {
      ...access,
      read(start, end, signal) {
        read += end - start
        return access.read(start, end, signal)
      },
    }
    const data = formatRows(rows, { runs: true })
    const framed = Buffer.concat([Uint8Array.of(1, 0, 0, 0, 0), data, Uint8Array.of(0, 0, 0, 0)])
    framed.writeUInt32BE(data.length, 1)
    framed.writeUInt32BE(crc32(data), framed.length - 4)
    const deletionVector = {
      storageType: 'u',
      pathOrInlineDv: '^-aqEH.-t@S}K{vb[*k^',
      offset: 1,
      sizeInBytes: data.length,
      cardinality: rows.length,
    } as const
    const scanned = scanFile({
      file: { ...file, size: bytes.length, partitionValues: {}, deletionVector },
      open: () => counted,
      readVector: async (_, { start, end }) => new Uint8Array(framed).slice(start, end),
      schema: numbers,
      partitionColumns: [],
      where: where && parseFilter(where, numbers),
    })
    const ids: unknown[] = []
    for await (const batch of scanned) for (const row of batch) ids.push(row.id)
    return { ids, read }
  }

  const deleted = Array.from({ length: 33_334 }, (_, i) => 3 * i)

  test('are not there, counted over all row groups of the file', async () => {
    const { ids } = await idsWithout(deleted)
    expect(ids).toEqual(Array.from({ length: 100_000 }, (_, id) => id).filter((id) => id % 3 !== 0))
  })

  test('are not there where a filter skips row groups and pages before them', async () => {
    const all = await idsWithout(deleted)
    const { ids, read } = await idsWithout(deleted, { id: { gte: 62_344, lt: 62_352 } })
    expect(ids).toEqual([62_344, 62_345, 62_347, 62_348, 62_350, 62_351])
    expect(read).toBeLessThan(all.read / 2)
  })

  test('are not read where they are all of a row group', async () => {
    const all = await idsWithout([])
    const { ids, read } = await idsWithout(Array.from({ length: 99_999 }, (_, row) => row))
    expect(ids).toEqual([99_999])
    expect(read).toBeLessThan(all.read / 2)
  })

  test('and lie behind the end of the file make the vector invalid', async () => {
    const message = 'it marks row 100000, and the file has 100000 rows'
    await expect(idsWithout([100_000])).rejects.toThrow(expect.objectContaining({ code: 'invalid-data' }))
    await expect(idsWithout([100_000])).rejects.toThrow(message)
  })
})
