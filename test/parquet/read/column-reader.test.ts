import { describe, expect, test } from 'vitest'
import { ByteSink } from '../../../src/parquet/encoding/byte-sink.ts'
import { readColumn } from '../../../src/parquet/read/column-reader.ts'
import type { SchemaNode } from '../../../src/parquet/read/schema-tree.ts'
import { ThriftWriter } from '../../../src/parquet/thrift/thrift-writer.ts'
import { concatenate } from '../encode.ts'

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
