import { describe, expect, test } from 'vitest'
import { ByteSink } from '../../../src/parquet/encoding/byte-sink.ts'
import { readColumn } from '../../../src/parquet/read/column-reader.ts'
import type { SchemaNode } from '../../../src/parquet/read/schema-tree.ts'
import { ThriftWriter } from '../../../src/parquet/thrift/thrift-writer.ts'
import { concatenate, encode, readAll } from '../encode.ts'

const node: SchemaNode = {
  element: { name: 'a', type: 'INT32', repetition_type: 'OPTIONAL' },
  path: ['a'],
  children: [],
  definition: 1,
  repetition: 0,
  chunk: 0,
}

/** A page of nulls: one run of them. */
function nulls(count: number): Uint8Array<ArrayBuffer> {
  const run = new ByteSink()
  run.appendVarint(count * 2)
  run.appendByte(0)
  const body = new ByteSink()
  body.appendUint32(run.length)
  body.append(run.copy())
  const header = new ThriftWriter()
  header.i32(1, 0)
  header.i32(2, body.length)
  header.i32(3, body.length)
  header.struct(5, () => {
    for (const [field, value] of [count, 0, 3, 3].entries()) header.i32(field + 1, value)
  })
  return Uint8Array.from(concatenate([header.finish(), body.copy()]))
}

function readNulls(count: number, total: number) {
  const pieces = [{ bytes: nulls(count), firstRow: 0 }]
  return readColumn({ node, codec: 'UNCOMPRESSED', pieces, total, rows: [{ start: 0, end: total }], leaf: undefined })
}

const MANY = 2 ** 24 + 1

describe('a page of a few bytes', () => {
  test('may be the nulls of all rows of the row group, however many', () => {
    expect(readNulls(MANY, MANY)).toMatchObject({ entries: MANY, values: [] })
  })

  test('that claims more entries than the row group has rows is refused before they are made', () => {
    expect(() => readNulls(MANY, MANY - 1)).toThrow(`${MANY} rows or values are claimed by`)
  })
})

test('pages that are all values, all nulls, or both, make one column in whichever order they come', async () => {
  const ROWS = 20_000
  const kinds = [(row: number) => row, () => null, (row: number) => (row % 3 === 0 ? null : row)]
  const inner = { name: 'b', type: { type: 'long' as const }, nullable: true, metadata: {} }
  const fields = [
    { ...inner, name: 'a' },
    { ...inner, name: 's', type: { type: 'struct' as const, fields: [inner] } },
  ]
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [2, 1, 0],
  ]) {
    const rows = order.flatMap((kind) =>
      Array.from({ length: ROWS }, (_, row) => ({ a: kinds[kind]?.(row), s: { b: kinds[kind]?.(row) } })),
    )
    const { bytes } = encode({ type: 'struct', fields }, rows, { pageBytes: 1000 })
    const { columns } = await readAll(bytes)
    expect(columns.get('a')).toEqual(rows.map(({ a }) => a))
    expect(columns.get('s')).toEqual(rows.map(({ s }) => s))
  }
})
