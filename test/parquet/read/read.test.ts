import { openAsBlob, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableFromIPC, tableToIPC } from 'apache-arrow'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import {
  bufferAccess,
  encodeParquet,
  openParquet,
  type ParquetSource,
  parquetToArrow,
  type RandomAccess,
  readParquet,
  readParquetArrow,
  readParquetColumns,
} from '../../../src/parquet/index.ts'
import type { StructType } from '../../../src/schema/index.ts'
import { collect } from '../../collect.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'

const schema: StructType = {
  type: 'struct',
  fields: [
    { name: 'id', type: { type: 'integer' }, nullable: false, metadata: {} },
    { name: 'at', type: { type: 'timestamp' }, nullable: true, metadata: {} },
    {
      name: 'tags',
      type: { type: 'array', elementType: { type: 'string' }, containsNull: true },
      nullable: true,
      metadata: {},
    },
  ],
}
const ROWS = 20_000
const rowAt = (id: number) => ({
  id,
  at: `2026-01-02T03:04:05.${String(id).padStart(6, '0')}Z`,
  tags: ['a', String(id)],
})
const bytes = await encodeParquet(
  Array.from({ length: ROWS }, (_, id) => rowAt(id)),
  {
    schema,
    codec: 'none',
    rowGroupBytes: 50_000,
  },
)

function recorded(): { source: RandomAccess; reads: number[] } {
  const reads: number[] = []
  const access = bufferAccess(bytes, 'data.parquet')
  const source: RandomAccess = {
    ...access,
    read: (start, end, signal) => {
      reads.push(end - start)
      return access.read(start, end, signal)
    },
  }
  return { source, reads }
}

describe('a Parquet file is read from', () => {
  test.each<{ from: string; source: ParquetSource }>([
    { from: 'its bytes', source: bytes },
    { from: 'an ArrayBuffer', source: Uint8Array.from(bytes).buffer },
    { from: 'a Blob', source: new Blob([Uint8Array.from(bytes)]) },
    { from: 'random access', source: bufferAccess(bytes, 'data.parquet') },
  ])('$from', async ({ source }) => {
    expect(await collect(readParquet(source, { limit: 2 }))).toEqual([rowAt(0), rowAt(1)])
    expect((await openParquet(source)).numRows).toBe(ROWS)
  })

  test('a file on disk', async () => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'data.parquet'), bytes)
    const source = await openAsBlob(join(directory, 'data.parquet'))
    expect(await collect(readParquet(source, { where: { id: 12_345 } }))).toEqual([rowAt(12_345)])
  })

  test('a File, which gives damage its name', async () => {
    const file = new File(['PAR1 this is none'], 'broken.parquet')
    await expect(collect(readParquet(file))).rejects.toMatchObject({
      code: 'invalid-data',
      message: expect.stringContaining('broken.parquet'),
    })
  })

  test('nothing else', async () => {
    await expect(collect(readParquet('data.parquet' as unknown as ParquetSource))).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('expected its bytes'),
    })
  })
})

describe('what is asked for', () => {
  test('are columns in their order, also where the filter asks for another', async () => {
    const rows = await collect(
      readParquet(bytes, { columns: ['tags', 'at'], where: { id: { lt: 1 } }, timestamps: 'micros' }),
    )
    expect(rows).toEqual([{ tags: ['a', '0'], at: 1_767_323_045_000_000n }])
    expect(Object.keys(rows[0] ?? {})).toEqual(['tags', 'at'])
  })

  test('is all that is read: row groups that cannot match are not', async () => {
    const all = recorded()
    await collect(readParquet(all.source))
    const few = recorded()
    expect(await collect(readParquet(few.source, { where: { id: 0 } }))).toEqual([rowAt(0)])
    const behindFooter = ([, ...reads]: number[]) => reads.reduce((total, size) => total + size, 0)
    expect(behindFooter(few.reads)).toBeGreaterThan(0)
    expect(behindFooter(few.reads)).toBeLessThan(behindFooter(all.reads) / 2)
  })

  test('may be wider types than the stored, and columns that the file lacks', async () => {
    const wider: StructType = {
      type: 'struct',
      fields: [
        { name: 'id', type: { type: 'long' }, nullable: true, metadata: {} },
        { name: 'more', type: { type: 'string' }, nullable: true, metadata: {} },
      ],
    }
    expect(await collect(readParquet(bytes, { schema: wider, limit: 1 }))).toEqual([{ id: 0, more: null }])
    const arrow = await parquetToArrow(bytes, { schema: wider, limit: 1 })
    expect(arrow.schema.fields.map(({ type }) => String(type))).toEqual(['Int64', 'Utf8'])
  })

  test('may be the columns beside one whose type Delta has no word for', async () => {
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'id', data: [1, 2] },
        { name: 'opens', data: [3, 4] },
      ],
      schema: [
        { name: 'root', num_children: 2 },
        { name: 'id', type: 'INT32', repetition_type: 'REQUIRED' },
        { name: 'opens', type: 'INT32', converted_type: 'TIME_MILLIS', repetition_type: 'REQUIRED' },
      ],
    })
    expect(await collect(readParquet(file, { columns: ['id'], where: { id: 2 } }))).toEqual([{ id: 2 }])
    for (const options of [{}, { columns: ['id', 'opens'] }]) {
      await expect(collect(readParquet(file, options))).rejects.toMatchObject({
        code: 'unsupported',
        details: { column: 'opens' },
      })
    }
  })

  test('may be leaves of which one is a part of another', async () => {
    const file = await openParquet(await encodeParquet([{ a: { b: 1, c: 2 } }]))
    const paths = [['a'], ['a', 'b']]
    expect(await file.readLeaves({ schema: file.schema, paths, rowGroup: 0 })).toEqual([[{ b: 1, c: 2 }], [1]])
  })

  test('ends with the limit: what lies behind is not even decoded', async () => {
    const column = { n: Array.from({ length: 5000 }, (_, i) => i) }
    const options = { codec: 'none', pageBytes: 1000, checksums: true, encodings: { n: 'PLAIN' } } as const
    const file = await encodeParquet(column, options)
    file.fill(0xff, 20_000, 20_008)
    expect(await collect(readParquet(file, { limit: 2 }))).toEqual([{ n: 0 }, { n: 1 }])
    await expect(collect(readParquet(file))).rejects.toMatchObject({ code: 'invalid-data' })
  })

  test.each([
    { columns: ['nope'] },
    { columns: 'id' as unknown as string[] },
    { columns: ['id', 'id'] },
    { where: { nope: 1 } },
    { limit: -1 },
  ])('is refused where there is no such thing: %o', async (options) => {
    await expect(collect(readParquet(bytes, options))).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(parquetToArrow(bytes, options)).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})

describe('columns', () => {
  test('come a few thousand rows at a time, with the values that rows have', async () => {
    const batches = await collect(readParquetColumns(bytes, { columns: ['id', 'at'], where: { id: { gte: 10 } } }))
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(8192)
    expect(batches.reduce((total, { length }) => total + length, 0)).toBe(ROWS - 10)
    expect([...(batches[0]?.columns ?? [])].map(([name, values]) => [name, values[0]])).toEqual([
      ['id', 10],
      ['at', rowAt(10).at],
    ])
  })

  test('go into another file as they are', async () => {
    const copy = await encodeParquet(readParquetColumns(bytes), { schema })
    expect(await collect(readParquet(copy))).toEqual(await collect(readParquet(bytes)))
  })
})

describe('Arrow', () => {
  test('is one table, which goes in again and by way of IPC', async () => {
    const table = await parquetToArrow(bytes, { where: { id: { lt: 5000 } } })
    expect([table.numRows, table.schema.fields.map(({ nullable }) => nullable)]).toEqual([5000, [false, true, true]])
    const copy = await encodeParquet(tableFromIPC(tableToIPC(table)))
    expect(await collect(readParquet(copy))).toEqual(Array.from({ length: 5000 }, (_, id) => rowAt(id)))
  })

  test('comes batch by batch, empty ones left out', async () => {
    const batches = await collect(readParquetArrow(bytes, { columns: ['id'], where: { id: { gte: ROWS - 2 } } }))
    expect(batches.map((batch) => [...(batch.getChild('id') ?? [])])).toEqual([[ROWS - 2, ROWS - 1]])
  })

  test('has its schema where no row matches', async () => {
    const table = await parquetToArrow(bytes, { where: { id: -1 }, columns: ['at'] })
    expect([table.numRows, table.schema.fields.map(({ name }) => name)]).toEqual([0, ['at']])
  })
})
