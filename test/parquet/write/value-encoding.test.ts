import fc from 'fast-check'
import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from 'hyparquet/src/delta.js'
import { byteStreamSplit } from 'hyparquet/src/encoding.js'
import { describe, expect, test } from 'vitest'
import { ByteSink } from '../../../src/parquet/encoding/byte-sink.ts'
import type { LeafType } from '../../../src/parquet/encoding/leaf-type.ts'
import { type ValueEncoding, valueEncoder } from '../../../src/parquet/write/value-encoding.ts'

/** What hyparquet's decoders read from. */
interface Reader {
  readonly view: DataView<ArrayBuffer>
  offset: number
}

/** Values in PLAIN, encoded, for a decoder that must come to the end of it. */
function encoded(leaf: LeafType, encoding: ValueEncoding, plain: Uint8Array): Reader {
  const [from, to] = [new ByteSink(), new ByteSink(1)]
  from.append(plain)
  // The encoder appends: it must not count on an empty sink.
  to.appendByte(0xaa)
  valueEncoder('c', leaf, encoding).encode(from, to)
  const bytes = to.copy()
  return { view: new DataView(bytes.buffer), offset: 1 }
}

const runs = { numRuns: 60 }

describe('DELTA_BINARY_PACKED', () => {
  const int32 = fc.oneof(fc.integer(), fc.integer({ min: -3, max: 300 }), fc.constantFrom(2 ** 31 - 1, -(2 ** 31)))
  const int64 = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.bigInt({ min: -3n, max: 300n }),
    fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n, -(2n ** 32n), 2n ** 31n),
  )

  test('brings back integers of 32 bits', () => {
    fc.assert(
      fc.property(fc.array(int32, { minLength: 1, maxLength: 600, size: 'max' }), (values) => {
        const stored = Int32Array.from(values)
        const reader = encoded({ physical: 'INT32' }, 'DELTA_BINARY_PACKED', new Uint8Array(stored.buffer))
        const read = new Int32Array(values.length)
        deltaBinaryUnpack(reader, values.length, read)
        expect(read).toEqual(stored)
        expect(reader.offset).toBe(reader.view.byteLength)
      }),
      runs,
    )
  })

  test('brings back integers of 64 bits', () => {
    fc.assert(
      fc.property(fc.array(int64, { minLength: 1, maxLength: 600, size: 'max' }), (values) => {
        const stored = BigInt64Array.from(values)
        const reader = encoded({ physical: 'INT64' }, 'DELTA_BINARY_PACKED', new Uint8Array(stored.buffer))
        const read = new BigInt64Array(values.length)
        deltaBinaryUnpack(reader, values.length, read)
        expect(read).toEqual(stored)
        expect(reader.offset).toBe(reader.view.byteLength)
      }),
      runs,
    )
  })

  test('takes a few bytes for even steps', () => {
    const seconds = BigInt64Array.from({ length: 10_000 }, (_, i) => 1_700_000_000_000_000n + BigInt(i) * 1_000_000n)
    const reader = encoded({ physical: 'INT64' }, 'DELTA_BINARY_PACKED', new Uint8Array(seconds.buffer))
    expect(reader.view.byteLength).toBeLessThan(700)
  })

  test('is a header alone for no values', () => {
    const reader = encoded({ physical: 'INT64' }, 'DELTA_BINARY_PACKED', new Uint8Array(0))
    // 128 values a block, 4 parts, no values, first value 0.
    expect([...new Uint8Array(reader.view.buffer).subarray(1)]).toEqual([0x80, 1, 4, 0, 0])
  })
})

describe.each([
  ['DELTA_LENGTH_BYTE_ARRAY', deltaLengthByteArray],
  ['DELTA_BYTE_ARRAY', deltaByteArray],
] as const)('%s', (encoding, decode) => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.nat(50).map((i) => new TextEncoder().encode(`https://shop.example/products/${i}`)),
  )

  test('brings back bytes of any length', () => {
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 300, size: 'max' }), (values) => {
        const plain = new ByteSink()
        for (const value of values) {
          plain.appendUint32(value.length)
          plain.append(value)
        }
        const reader = encoded({ physical: 'BYTE_ARRAY' }, encoding, plain.copy())
        const read: Uint8Array[] = new Array(values.length)
        decode(reader, values.length, read)
        expect(read.map((each) => [...each])).toEqual(values.map((each) => [...each]))
      }),
      runs,
    )
  })
})

describe('BYTE_STREAM_SPLIT', () => {
  test.each([
    ['FLOAT', 4],
    ['DOUBLE', 8],
  ] as const)('brings back %s, every bit of it', (physical, width) => {
    const count = 5
    fc.assert(
      fc.property(fc.uint8Array({ minLength: width * count, maxLength: width * count }), (plain) => {
        const reader = encoded({ physical }, 'BYTE_STREAM_SPLIT', plain)
        const read = byteStreamSplit(reader, count, physical, undefined)
        expect(Array.isArray(read) ? read : [...new Uint8Array(read.buffer)]).toEqual([...plain])
      }),
      runs,
    )
  })
})

describe('an encoding is refused', () => {
  test.each([
    ['DELTA_BINARY_PACKED', 'DOUBLE', 'it is stored as DOUBLE, which takes PLAIN, BYTE_STREAM_SPLIT'],
    ['DELTA_BYTE_ARRAY', 'INT32', 'it is stored as INT32, which takes PLAIN, DELTA_BINARY_PACKED'],
    ['BYTE_STREAM_SPLIT', 'INT64', 'it is stored as INT64, which takes PLAIN, DELTA_BINARY_PACKED'],
    ['BYTE_STREAM_SPLIT', 'BYTE_ARRAY', 'it is stored as BYTE_ARRAY, which takes PLAIN, DELTA_LENGTH_BYTE_ARRAY'],
    ['DELTA_BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY', 'it is stored as FIXED_LEN_BYTE_ARRAY, which takes PLAIN'],
    ['DELTA_LENGTH_BYTE_ARRAY', 'BOOLEAN', 'it is stored as BOOLEAN, which takes PLAIN'],
  ] as const)('%s for %s', (encoding, physical, reason) => {
    expect(() => valueEncoder('price', { physical }, encoding)).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringContaining(`column 'price' cannot be encoded as ${encoding}: ${reason}`),
      }),
    )
  })

  test('that is none', () => {
    const unknown: string = 'RLE_DICTIONARY'
    expect(() => valueEncoder('price', { physical: 'DOUBLE' }, unknown as ValueEncoding)).toThrow(
      "column 'price' cannot be encoded as RLE_DICTIONARY: there is no such encoding, choose one of PLAIN",
    )
  })
})
