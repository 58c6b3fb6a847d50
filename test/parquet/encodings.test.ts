import { describe, expect, test } from 'vitest'
import { parquetEncoder, type ValueEncoding } from '../../src/parquet/index.ts'
import { schemaOf } from './arbitraries.ts'
import { encode, readAll } from './encode.ts'

const schema = schemaOf({
  id: 'string',
  name: 'string',
  n: 'long',
  day: 'date',
  at: 'timestamp',
  price: 'double',
  ratio: 'float',
})
const rows = Array.from({ length: 3000 }, (_, i) => ({
  id: `https://shop.example/products/${i}`,
  name: i % 3 ? `näme ${i % 50}` : null,
  n: BigInt(i) ** 5n - 2n ** 62n,
  day: new Date(i * 86_400_000).toISOString().slice(0, 10),
  at: i % 7 ? new Date(1_700_000_000_000 + i * 1000) : null,
  price: i / 7,
  ratio: i / 4,
}))
const encodings = {
  id: 'DELTA_BYTE_ARRAY',
  name: 'DELTA_LENGTH_BYTE_ARRAY',
  n: 'DELTA_BINARY_PACKED',
  day: 'DELTA_BINARY_PACKED',
  at: 'DELTA_BINARY_PACKED',
  price: 'BYTE_STREAM_SPLIT',
  ratio: 'BYTE_STREAM_SPLIT',
} as const satisfies Record<string, ValueEncoding>

describe('columns with an encoding of their own', () => {
  test('hold the same values, with the same statistics, as without', async () => {
    const small = { pageBytes: 3000, rowGroupBytes: 100_000 }
    const plain = encode(schema, rows, small)
    const encoded = encode(schema, rows, { ...small, encodings })
    expect(encoded.stats).toEqual(plain.stats)
    expect(await readAll(encoded.bytes)).toEqual(await readAll(plain.bytes))
  })

  test('may be all null', async () => {
    const { bytes } = encode(schema, Array(100).fill({}), { encodings })
    const { columns } = await readAll(bytes)
    for (const values of columns.values()) expect(values).toEqual(Array(100).fill(null))
  })

  test('take less room where they fit', () => {
    const few = schemaOf({ id: 'string', at: 'timestamp' })
    const data = rows.map(({ id }, i) => ({ id, at: new Date(1_700_000_000_000 + i * 1000) }))
    const { id, at } = encodings
    const size = (options: object): number => encode(few, data, { codec: 'none', ...options }).bytes.length
    expect(size({ encodings: { id, at } })).toBeLessThan(size({}) / 5)
  })

  test('are refused by name where the type does not take the encoding, or there is no such column', () => {
    expect(() => parquetEncoder(schema, { encodings: { price: 'DELTA_BINARY_PACKED' } })).toThrow(
      "column 'price' cannot be encoded as DELTA_BINARY_PACKED",
    )
    expect(() => parquetEncoder(schema, { encodings: { prize: 'PLAIN' } })).toThrow("names 'prize'")
  })
})
