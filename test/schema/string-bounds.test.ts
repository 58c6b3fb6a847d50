import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareUtf8 } from '../../src/schema/index.ts'
import { lowerStringBound, upperStringBound } from '../../src/schema/string-bounds.ts'

describe('cut at 4 code points', () => {
  test.each([
    ['abcd', 'abcd', 'abcd'],
    ['abcde', 'abcd', 'abcd\u007f'],
    ['abcd~', 'abcd', 'abcd\u007f'],
    ['abcd\u007f', 'abcd', 'abcd\u{10ffff}'],
    ['abcdé', 'abcd', 'abcd\u{10ffff}'],
    ['abcd\u{10fffe}', 'abcd', 'abcd\u{10ffff}'],
    ['abcd\u{10ffff}', 'abcd', 'abcd\u{10ffff}'],
    ['abcd\u{10ffff}x', 'abcd', 'abcd\u{10ffff}\u007f'],
    ['😀😀😀😀', '😀😀😀😀', '😀😀😀😀'],
    ['😀😀😀😀a', '😀😀😀😀', '😀😀😀😀\u007f'],
    ['a😀😀😀😀', 'a😀😀😀', 'a😀😀😀\u{10ffff}'],
    ['', '', ''],
  ])('%j lies between %j and %j', (value, lower, upper) => {
    expect(lowerStringBound(value, 4)).toBe(lower)
    expect(upperStringBound(value, 4)).toBe(upper)
  })

  test('a text that U+10FFFF fills beyond twice the length has no short upper bound', () => {
    expect(upperStringBound('\u{10ffff}'.repeat(8), 4)).toBe('\u{10ffff}'.repeat(8))
    expect(upperStringBound('\u{10ffff}'.repeat(9), 4)).toBeUndefined()
  })
})

test('bounds hold in the order of UTF-8 bytes, are short, and never cut a pair', () => {
  const unit = fc.constantFrom('a', '~', '\u007f', 'é', '\uffff', '\u{10000}', '\u{10ffff}')
  const value = fc.oneof(fc.string({ unit, maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 20 }))
  fc.assert(
    fc.property(value, fc.integer({ min: 0, max: 8 }), (text, length) => {
      const lower = lowerStringBound(text, length)
      const upper = upperStringBound(text, length)
      expect(compareUtf8(lower, text)).toBeLessThanOrEqual(0)
      expect([...lower].length).toBeLessThanOrEqual(length)
      expect(encodeURIComponent(lower)).toBeDefined()
      if (upper === undefined) return
      expect(compareUtf8(upper, text)).toBeGreaterThanOrEqual(0)
      expect([...upper].length).toBeLessThanOrEqual(2 * length + 1)
    }),
  )
})
