import { createRequire } from 'node:module'
import { parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { describe, expect, test } from 'vitest'
import { schemaOf } from './arbitraries.ts'
import { encode } from './encode.ts'

const schema = schemaOf({
  text: 'string',
  long: 'long',
  integer: 'integer',
  short: 'short',
  byte: 'byte',
  float: 'float',
  double: 'double',
  boolean: 'boolean',
  binary: 'binary',
  date: 'date',
  timestamp: 'timestamp',
  wall: 'timestamp_ntz',
})

const rows = Array.from({ length: 2000 }, (_, i) => ({
  text: i % 3 ? `text ${i} é😀` : null,
  long: i % 2 ? BigInt(i) : -(2n ** 63n),
  integer: 1000 - i,
  short: i,
  byte: i % 128,
  float: i / 2,
  double: i / 3,
  boolean: i % 5 === 0,
  binary: Uint8Array.of(i & 0xff, i >> 8),
  date: '1969-12-31',
  timestamp: new Date(1_700_000_000_000 + i),
  wall: '2026-01-02T03:04:05.123456',
}))

describe('hyparquet reads what is written', () => {
  const small = { pageBytes: 500, rowGroupBytes: 20_000 }

  test.each(['none', 'snappy'] as const)('with the codec %s', async (codec) => {
    const { bytes } = encode(schema, rows, { codec, ...small })
    const file = bytes.slice().buffer
    const read = await parquetReadObjects({
      file,
      compressors,
      utf8: false,
      parsers: { timestampFromMicroseconds: (micros) => micros },
    })
    expect(read).toHaveLength(rows.length)
    for (const [i, row] of rows.entries()) {
      expect(read[i]).toEqual({
        ...row,
        date: new Date('1969-12-31'),
        timestamp: BigInt(row.timestamp.getTime()) * 1000n,
        wall: 1_767_323_045_123_456n,
      })
    }
  })
})

describe('parquetjs-lite reads what is written without dictionaries', () => {
  test('and finds the same values', async () => {
    // It knows no dictionaries and no microseconds in INT64 beyond 2^53: every value here is distinct and small.
    const plain = schemaOf({ text: 'string', integer: 'integer', double: 'double', binary: 'binary' })
    const distinct = rows.slice(0, 300).map((_, i) => {
      return { text: i % 3 ? `text ${i} é` : null, integer: i, double: i / 3, binary: Uint8Array.of(i & 0xff, i >> 8) }
    })
    const { bytes } = encode(plain, distinct)
    const { ParquetReader } = createRequire(import.meta.url)('parquetjs-lite')
    const reader = await ParquetReader.openBuffer(Buffer.from(bytes))
    const cursor = reader.getCursor()
    for (const { text, ...row } of distinct) {
      const expected = { ...row, binary: Buffer.from(row.binary), ...(text === null ? {} : { text }) }
      const { text: found, ...read } = await cursor.next()
      expect({ ...read, ...(found == null ? {} : { text: found }) }).toEqual(expected)
    }
    expect(await cursor.next()).toBeNull()
    await reader.close()
  })
})
