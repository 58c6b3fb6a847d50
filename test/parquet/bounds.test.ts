import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteBounds } from '../../src/parquet/write/values/byte-bounds.ts'
import { footerBounds } from '../../src/parquet/write/values/footer-bounds.ts'
import { NumberBounds } from '../../src/parquet/write/values/number-bounds.ts'

const encoder = new TextEncoder()
const compareBytes = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b)
const boundsOf = (values: readonly Uint8Array<ArrayBuffer>[]): ByteBounds => {
  const bounds = new ByteBounds()
  for (const value of values) bounds.include(value, 0, value.length)
  return bounds
}

describe('bounds of bytes', () => {
  test('are the first and the last in the order of unsigned bytes', () => {
    const similar = fc
      .array(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), { maxLength: 6 })
      .map((bytes) => Uint8Array.from(bytes))
    fc.assert(
      fc.property(fc.array(similar, { minLength: 1, maxLength: 50 }), (values) => {
        const sorted = values.toSorted(compareBytes)
        const { min, max } = boundsOf(values)
        expect([min, max]).toEqual([sorted[0], sorted.at(-1)])
      }),
    )
  })

  test('order text by UTF-8, where U+1F600 is greater than U+FF5E', () => {
    const { min, max } = boundsOf(['～', '😀'].map((text) => encoder.encode(text)))
    expect([min, max].map((bytes) => new TextDecoder().decode(bytes))).toEqual(['～', '😀'])
  })
})

describe('bounds of text in a footer', () => {
  const texts = fc.array(
    fc.string({ unit: 'binary', minLength: 0, maxLength: 200 }).map((text) => encoder.encode(text)),
    {
      minLength: 1,
    },
  )

  test('contain every value, are well-formed UTF-8, and are not much longer than 64 bytes', () => {
    fc.assert(
      fc.property(texts, (values) => {
        const bounds = boundsOf(values)
        const { min, max } = bounds
        if (min === undefined || max === undefined) throw new Error('no bounds')
        const footer = footerBounds(bounds, 'text')
        for (const value of values) {
          expect(compareBytes(footer.min?.bytes ?? min, value)).toBeLessThanOrEqual(0)
          if (footer.max) expect(compareBytes(footer.max.bytes, value)).toBeGreaterThanOrEqual(0)
        }
        for (const bound of [footer.min, footer.max]) {
          if (bound === undefined) continue
          expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bound.bytes)).not.toThrow()
          expect(bound.bytes.length).toBeLessThanOrEqual(66)
        }
      }),
    )
  })

  test.each([
    ['short', 'short', true],
    ['x'.repeat(64), 'x'.repeat(64), true],
    ['x'.repeat(65), `${'x'.repeat(63)}y`, false],
    ['\u{10ffff}'.repeat(17), undefined, undefined],
    [`a${'\u{10ffff}'.repeat(17)}`, 'b', false],
    ['\ud7ff'.repeat(30), `${'\ud7ff'.repeat(20)}\ue000`, false],
  ])('the maximum %j is stated as %j', (value, stated, exact) => {
    const bytes = encoder.encode(value)
    const { max } = footerBounds(boundsOf([bytes]), 'text')
    expect(max && new TextDecoder().decode(max.bytes)).toBe(stated)
    expect(max?.exact).toBe(exact)
  })

  test('a maximum of binary that cannot be raised is left out', () => {
    const bytes = new Uint8Array(65).fill(0xff)
    expect(footerBounds(boundsOf([bytes]), 'binary')).toEqual({ min: { bytes: bytes.slice(0, 64), exact: false } })
  })
})

describe('bounds of numbers', () => {
  test('order bigints among numbers', () => {
    const bounds = new NumberBounds()
    for (const value of [5, -(2n ** 63n), 2n ** 63n - 1n, 2 ** 53 - 1]) bounds.include(value)
    expect([bounds.min, bounds.max]).toEqual([-(2n ** 63n), 2n ** 63n - 1n])
  })

  test('are there for infinities and absent after a NaN or without values', () => {
    const infinite = new NumberBounds()
    infinite.includeAll(Float64Array.of(Number.POSITIVE_INFINITY), 0, 1)
    expect([infinite.min, infinite.max]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
    const nan = new NumberBounds()
    nan.includeAll(Float64Array.of(1, Number.NaN, 2), 0, 3)
    expect([nan.min, nan.max]).toEqual([undefined, undefined])
    const empty = new NumberBounds()
    empty.includeBounds(nan)
    empty.includeAll(Float64Array.of(1), 0, 1)
    expect(empty.max).toBeUndefined()
    expect(new NumberBounds().min).toBeUndefined()
  })
})
