import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { DeletionVector, FileChange, RemoveFile } from '../../src/log/index.ts'
import { bufferAccess, parquetEncoder, rowBuilder } from '../../src/parquet/index.ts'
import { parseFilter } from '../../src/predicate/index.ts'
import { type ChangeScanRequest, changeSchema, scanChange } from '../../src/scan/index.ts'
import type { Row, StructType } from '../../src/schema/index.ts'
import { formatRows } from './deletion-vector/roaring.ts'

const field = (name: string, type: 'long' | 'string') =>
  ({ name, type: { type }, nullable: true, metadata: {} }) as const
const stored: StructType = { type: 'struct', fields: [field('id', 'long')] }
const schema = changeSchema({ type: 'struct', fields: [...stored.fields, field('country', 'string')] })

const encoder = parquetEncoder(stored, { codec: 'none', rowGroupBytes: 80_000 })
const ids = Array.from({ length: 40_000 }, (_, id) => id)
for (let at = 0; at < ids.length; at += 1000) encoder.writeRows(ids.slice(at, at + 1000).map((id) => ({ id })))
encoder.finish()
const bytes = Buffer.concat(encoder.takeBytes())

const partitionValues = { country: 'DE' }
const whole = { path: 'a.parquet', partitionValues, size: bytes.length, dataChange: true }
const added = { ...whole, modificationTime: 0 }
const vectors = new Map<string, Buffer>()

/** A vector in a file of its own, whose name says which of them it is. */
function vector(rows: readonly number[]): DeletionVector {
  const data = formatRows(rows)
  const framed = Buffer.concat([Uint8Array.of(1, 0, 0, 0, 0), data, Uint8Array.of(0, 0, 0, 0)])
  framed.writeUInt32BE(data.length, 1)
  framed.writeUInt32BE(crc32(data), framed.length - 4)
  const pathOrInlineDv = `vector-${vectors.size}.bin`
  vectors.set(pathOrInlineDv, framed)
  return { storageType: 'p', pathOrInlineDv, offset: 1, sizeInBytes: data.length, cardinality: rows.length }
}

async function scan(change: FileChange, options: Partial<ChangeScanRequest> & { filter?: object } = {}) {
  const { filter, ...more } = options
  let opened = 0
  const rows: Row[] = []
  const build = rowBuilder(schema.fields, {})
  const selected = scanChange({
    change,
    version: 7,
    timestamp: 1000,
    schema,
    partitionColumns: ['country'],
    open: () => {
      opened++
      return bufferAccess(bytes, 'a.parquet')
    },
    readVector: async (path, { start, end }) => new Uint8Array(vectors.get(path) ?? []).slice(start, end),
    where: filter && parseFilter(filter, schema),
    ...more,
  })
  for await (const each of selected) rows.push(...build(each))
  return { opened, rows, changes: rows.map((row) => [row._change_type, row.id]) }
}

describe('the rows of a change', () => {
  test('are those of a file that came or went, with what happened to them', async () => {
    const deletionVector = vector(ids.slice(2))
    const of = (_change_type: string) => ({
      country: 'DE',
      _change_type,
      _commit_version: 7,
      _commit_timestamp: '1970-01-01T00:00:01.000000Z',
    })
    const { rows } = await scan({ kind: 'add', file: { ...added, deletionVector } })
    expect(rows).toEqual([
      { id: 0, ...of('insert') },
      { id: 1, ...of('insert') },
    ])
    const { rows: gone } = await scan({ kind: 'remove', file: { ...whole, deletionVector } })
    expect(gone).toEqual([
      { id: 0, ...of('delete') },
      { id: 1, ...of('delete') },
    ])
  })

  test('are those by which two deletion vectors differ, in whatever row group', async () => {
    const before = { ...whole, deletionVector: vector([1, 5, 39_000]) }
    const after = { ...added, deletionVector: vector([5, 20_000, 39_999]) }
    const read: string[] = []
    const readVector: ChangeScanRequest['readVector'] = async (path, { start, end }) => {
      read.push(path)
      return new Uint8Array(vectors.get(path) ?? []).slice(start, end)
    }
    const { opened, changes } = await scan({ kind: 'vector', before, file: after }, { readVector })
    expect([opened, read.length]).toEqual([1, 2])
    expect(changes).toEqual([
      ['delete', 20_000],
      ['delete', 39_999],
      ['insert', 1],
      ['insert', 39_000],
    ])
  })

  test('are those of one vector where there is no other', async () => {
    const marked = vector([3, 30_000])
    const came = await scan({ kind: 'vector', before: whole, file: { ...added, deletionVector: marked } })
    expect(came.changes).toEqual([
      ['delete', 3],
      ['delete', 30_000],
    ])
    const went = await scan({ kind: 'vector', before: { ...whole, deletionVector: marked }, file: added })
    expect(went.changes).toEqual([
      ['insert', 3],
      ['insert', 30_000],
    ])
    expect((await scan({ kind: 'vector', before: whole, file: added })).opened).toBe(0)
  })

  test('that no row of the file can be are not looked for', async () => {
    const change: FileChange = { kind: 'add', file: added }
    for (const filter of [{ country: 'FR' }, { _change_type: 'delete' }, { _commit_version: { lt: 7 } }]) {
      expect(await scan(change, { filter })).toMatchObject({ opened: 0, rows: [] })
    }
    expect((await scan(change, { filter: { id: 5, _change_type: 'insert' } })).changes).toEqual([['insert', 5]])
  })
})

describe('a removal that leaves out what can be left out', () => {
  const { size: _, ...sizeless } = whole
  const { partitionValues: __, ...placeless } = whole
  const removal = (file: RemoveFile): FileChange => ({ kind: 'remove', file })

  test('is told where the store knows the size', async () => {
    const { rows } = await scan(removal(sizeless), { sizeOf: async () => bytes.length })
    expect(rows).toHaveLength(ids.length)
    await expect(scan(removal(sizeless))).rejects.toThrow(/without its size/)
  })

  test('is refused where nobody knows the partition', async () => {
    await expect(scan(removal(placeless))).rejects.toThrow(expect.objectContaining({ code: 'unsupported' }))
    expect((await scan(removal(placeless), { partitionColumns: [] })).rows).toHaveLength(ids.length)
  })
})
