import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteSink } from '../../src/parquet/encoding/byte-sink.ts'
import { decodeHybrid, singleRun } from '../../src/parquet/encoding/hybrid-decoder.ts'
import { bitWidth, encodeHybrid } from '../../src/parquet/encoding/hybrid-encoder.ts'

function roundTrip(values: readonly number[], width: number): { bytes: number; decoded: number[] } {
  const sink = new ByteSink(1)
  encodeHybrid(values, values.length, width, sink)
  const decoded = new Int32Array(values.length)
  decodeHybrid(sink.copy(), width, values.length, decoded)
  return { bytes: sink.length, decoded: [...decoded] }
}

const runs = (width: number): fc.Arbitrary<number[]> =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 2 ** width - 1 }), fc.integer({ min: 1, max: 40 })), { maxLength: 30 })
    .map((pairs) => pairs.flatMap(([value, count]) => Array<number>(count).fill(value)))

test('integers of every width come back, however runs and singles are mixed', () => {
  const widthAndValues = fc.integer({ min: 0, max: 24 }).chain((width) => fc.tuple(fc.constant(width), runs(width)))
  fc.assert(
    fc.property(widthAndValues, ([width, values]) => {
      expect(roundTrip(values, width).decoded).toEqual(values)
    }),
  )
})

test('a long run takes as many bytes as its length and its value', () => {
  expect(roundTrip(Array<number>(100_000).fill(5), 3).bytes).toBe(3 + 1)
})

test('values without runs are packed to their width', () => {
  const values = Array.from({ length: 800 }, (_, i) => i % 8)
  expect(roundTrip(values, 3).bytes).toBe(2 + 300)
})

test('the bytes are those of the example in the Parquet format', () => {
  const sink = new ByteSink()
  encodeHybrid([0, 1, 2, 3, 4, 5, 6, 7], 8, 3, sink)
  expect([...sink.copy()]).toEqual([0b11, 0b10001000, 0b11000110, 0b11111010])
})

test('integers of no bits need no bytes', () => {
  const output = Int32Array.of(1, 1, 1)
  decodeHybrid(new Uint8Array(0), 0, 2, output)
  expect([...output]).toEqual([0, 0, 1])
})

test('a run that claims more than there may be is cut, and bytes that end too early are refused', () => {
  const output = new Int32Array(4)
  decodeHybrid(Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0x0f, 7), 3, 4, output)
  expect([...output]).toEqual([7, 7, 7, 7])
  expect(() => decodeHybrid(Uint8Array.of(0x08), 3, 4, output)).toThrow(RangeError)
  expect(() => decodeHybrid(Uint8Array.of(0x03), 3, 8, output)).toThrow(RangeError)
  expect(() => decodeHybrid(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80), 3, 4, output)).toThrow(RangeError)
})

test('the width is that of the greatest number', () => {
  expect([0, 1, 2, 3, 4, 255, 256, 65_535].map(bitWidth)).toEqual([0, 1, 2, 2, 3, 8, 9, 16])
})

test('a single run is told from anything that may hold another number', () => {
  const singleIn = (values: readonly number[], count = values.length): number | undefined => {
    const sink = new ByteSink(1)
    encodeHybrid(values, values.length, 3, sink)
    return singleRun(sink.copy(), 3, count)
  }
  expect(singleIn(Array<number>(100).fill(5))).toBe(5)
  expect(singleIn(Array<number>(100).fill(5), 101)).toBeUndefined()
  expect(singleIn([...Array<number>(100).fill(5), 4])).toBeUndefined()
  expect(singleIn([5, 5, 5, 4, 5, 5, 5, 5])).toBeUndefined()
})
