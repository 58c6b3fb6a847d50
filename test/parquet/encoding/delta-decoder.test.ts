import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteSink } from '../../../src/parquet/encoding/byte-sink.ts'
import { encodeDeltas } from '../../../src/parquet/encoding/delta-binary-packed.ts'
import {
  decodeDeltaByteArrays,
  decodeDeltaLengths,
  decodeDeltas32,
  decodeDeltas64,
} from '../../../src/parquet/encoding/delta-decoder.ts'

/** Integers in DELTA_BINARY_PACKED. */
function encoded(values: readonly bigint[], bits: 32 | 64): Uint8Array<ArrayBuffer> {
  const sink = new ByteSink(64)
  const low = Int32Array.from(values, (value) => Number(BigInt.asIntN(32, value)))
  const high = Int32Array.from(values, (value) => Number(BigInt.asIntN(32, value >> 32n)))
  encodeDeltas(low, bits === 64 ? high : undefined, values.length, sink)
  return sink.copy()
}

const integers = (bits: bigint): fc.Arbitrary<bigint[]> => {
  const [min, max] = [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n]
  const any = fc.bigInt({ min, max })
  const near = fc.bigInt({ min: -40n, max: 40n })
  return fc.array(fc.oneof(near, any, fc.constantFrom(min, max)), { maxLength: 300 })
}

test('integers of 32 bits come back', () => {
  fc.assert(
    fc.property(integers(32n), (values) => {
      const bytes = encoded(values, 32)
      expect(decodeDeltas32(bytes, 0, values.length)).toEqual({ values: values.map(Number), end: bytes.length })
    }),
  )
})

test('integers of 64 bits come back, as numbers where those are exact', () => {
  fc.assert(
    fc.property(integers(64n), (values) => {
      const bytes = encoded(values, 64)
      const decoded = decodeDeltas64(bytes, 0, values.length)
      expect(decoded.values.map(BigInt)).toEqual(values)
      expect(decoded.values.every((value) => typeof value === 'bigint' || Number.isSafeInteger(value))).toBe(true)
      expect(decoded.end).toBe(bytes.length)
    }),
  )
})

describe('damage', () => {
  test('cut anywhere is found', () => {
    // One part of a block, full: its last bit belongs to the last integer.
    const squares = Array.from({ length: 33 }, (_, i) => BigInt(i * i))
    const bytes = encoded(squares, 32)
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeDeltas32(bytes.subarray(0, length), 0, squares.length)).toThrow(RangeError)
    }
  })

  test.each<[string, number[]]>([
    ['an endless varint', Array(1000).fill(0xff)],
    ['blocks of nothing', [0, 1, 3, 0, 0, 0]],
    ['parts of nothing', [128, 1, 0, 3, 0, 0]],
    ['parts that are more than their block', [8, 200, 1, 3, 0]],
    ['fewer integers', [128, 1, 4, 2, 0]],
    ['integers of 65 bits', [128, 1, 4, 3, 0, 0, 65, 65, 65, 65]],
  ])('of %s is found', (_, damaged) => {
    expect(() => decodeDeltas64(Uint8Array.from(damaged), 0, 3)).toThrow(RangeError)
  })

  test('of lengths that reach beyond the page, or below nothing, is found', () => {
    for (const length of [1n, -1n]) {
      expect(() => decodeDeltaLengths(encoded([length], 32), 0, 1)).toThrow('beyond its page')
    }
  })

  test('of texts that repeat more than there was is found, and so are a few bytes that repeat themselves into millions', () => {
    const repeating = encoded([1n], 32)
    expect(() => decodeDeltaByteArrays(Uint8Array.from([...repeating, ...encoded([0n], 32)]), 1)).toThrow(
      'repeats more',
    )
    const long = 10_000
    const count = 20_000
    const prefixes = encoded([0n, ...Array<bigint>(count - 1).fill(BigInt(long))], 32)
    const rests = encoded([BigInt(long), ...Array<bigint>(count - 1).fill(0n)], 32)
    const bomb = new Uint8Array(prefixes.length + rests.length + long)
    bomb.set(prefixes)
    bomb.set(rests, prefixes.length)
    expect(() => decodeDeltaByteArrays(bomb, count)).toThrow('repeat themselves')
  })
})
