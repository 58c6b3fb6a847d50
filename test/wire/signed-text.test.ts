import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatSignedText, parseSignedText } from '../../src/wire/index.ts'

const text = fc.string({ unit: 'grapheme' })

describe('a signed text', () => {
  test('gives back what was signed, to whoever has the key among others', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(parseSignedText(['old', 'new'], 'page', formatSignedText('new', 'page', given))).toBe(given)
      }),
    )
  })

  test('is made of characters that no URL has to escape', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(formatSignedText('key', 'page', given)).toMatch(/^[A-Za-z0-9_-]+$/)
      }),
    )
  })

  test('is not believed under another key, for another purpose, or without any key', () => {
    const signed = formatSignedText('key', 'page', 'x')
    expect(parseSignedText(['other'], 'page', signed)).toBeUndefined()
    expect(parseSignedText(['key'], 'file', signed)).toBeUndefined()
    expect(parseSignedText([], 'page', signed)).toBeUndefined()
  })

  test('is not believed with any character changed, added or left out', () => {
    const signed = formatSignedText('key', 'page', 'the text')
    for (let i = 0; i < signed.length; i++) {
      const other = signed[i] === 'A' ? 'B' : 'A'
      expect(parseSignedText(['key'], 'page', signed.slice(0, i) + other + signed.slice(i + 1))).toBeUndefined()
      expect(parseSignedText(['key'], 'page', signed.slice(0, i) + signed.slice(i + 1))).toBeUndefined()
      expect(parseSignedText(['key'], 'page', `${signed.slice(0, i)}A${signed.slice(i)}`)).toBeUndefined()
    }
  })

  test('is not to be found in arbitrary text', () => {
    fc.assert(
      fc.property(fc.string(), (given) => {
        expect(parseSignedText(['key'], 'page', given)).toBeUndefined()
      }),
    )
  })
})
