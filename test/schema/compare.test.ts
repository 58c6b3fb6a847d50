import fc from 'fast-check'
import { expect, test } from 'vitest'
import { comparePhysical, compareUtf8 } from '../../src/schema/index.ts'
import { typedValues } from './arbitrary.ts'

const encoder = new TextEncoder()

function byteOrder(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i])
  if (at < 0) return a.length - b.length
  return at < b.length ? (a[at] ?? 0) - (b[at] ?? 0) : 1
}

test('text is ordered by its UTF-8 bytes, not by UTF-16 units', () => {
  expect('\uffff' > '\u{10000}').toBe(true)
  expect(compareUtf8('\uffff', '\u{10000}')).toBeLessThan(0)
  const text = fc.string({
    unit: fc.constantFrom('a', '\u007f', 'ä', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
  })
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Math.sign(byteOrder(encoder.encode(a), encoder.encode(b))))
    }),
  )
})

test('NaN is greatest and equal to itself, zeros are equal', () => {
  const type = { type: 'double' } as const
  expect(comparePhysical(type, Number.NaN, Number.POSITIVE_INFINITY)).toBeGreaterThan(0)
  expect(comparePhysical(type, 0, Number.NaN)).toBeLessThan(0)
  expect(comparePhysical(type, Number.NaN, Number.NaN)).toBe(0)
  expect(comparePhysical(type, -0, 0)).toBe(0)
})

test('integers compare across number and bigint', () => {
  const type = { type: 'long' } as const
  expect(comparePhysical(type, 9007199254740991, 9007199254740993n)).toBeLessThan(0)
  expect(comparePhysical(type, -(2n ** 63n), -5)).toBeLessThan(0)
})

test('bytes compare unsigned, a prefix first', () => {
  const type = { type: 'binary' } as const
  expect(comparePhysical(type, Uint8Array.of(0x80), Uint8Array.of(0x7f, 1))).toBeGreaterThan(0)
  expect(comparePhysical(type, Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0)
})

test('is a total order on every type', () => {
  fc.assert(
    fc.property(typedValues({ minLength: 3, maxLength: 3 }), ([type, [a = 0, b = 0, c = 0]]) => {
      const compare = (x: typeof a, y: typeof a): number => Math.sign(comparePhysical(type, x, y))
      expect(compare(a, a)).toBe(0)
      expect(compare(a, b) + compare(b, a)).toBe(0)
      if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0)
    }),
  )
})
