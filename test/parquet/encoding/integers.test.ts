import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bigEndian, floorDivide, multiply, narrow } from '../../../src/parquet/encoding/integers.ts'

const integers = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })

test('an integer is a number exactly where a number is exact', () => {
  fc.assert(
    fc.property(integers, (value) => {
      const narrowed = narrow(value)
      expect(BigInt(narrowed)).toBe(value)
      expect(typeof narrowed === 'number').toBe(value > -(2n ** 53n) && value < 2n ** 53n)
    }),
  )
})

test('products and floored quotients are exact beyond 2^53', () => {
  fc.assert(
    fc.property(integers, fc.integer({ min: 1, max: 1_000_000 }), (value, other) => {
      const factor = BigInt(other)
      expect(multiply(narrow(value), other)).toBe(narrow(value * factor))
      const floored = (value - (((value % factor) + factor) % factor)) / factor
      expect(floorDivide(narrow(value), other)).toBe(narrow(floored))
    }),
  )
})

test('big-endian two’s complement of every width is read', () => {
  const widths = fc.integer({ min: 1, max: 17 })
  const valueAndWidth = widths.chain((width) => {
    const limit = 2n ** BigInt(8 * width - 1)
    return fc.tuple(fc.bigInt({ min: -limit, max: limit - 1n }), fc.constant(width))
  })
  fc.assert(
    fc.property(valueAndWidth, ([value, width]) => {
      const unsigned = BigInt.asUintN(8 * width, value)
      const bytes = Uint8Array.from({ length: width }, (_, i) =>
        Number((unsigned >> BigInt(8 * (width - 1 - i))) & 0xffn),
      )
      expect(bigEndian(bytes)).toBe(narrow(value))
    }),
  )
  expect(bigEndian(new Uint8Array(0))).toBe(0)
})
