import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkKey, compareKeys, isKey } from '../../src/store/key.ts'

test('a key may be any text whose segments are not empty', () => {
  for (const key of ['a', 'a/b', 'p=%2F', ' ', '...', '.hidden', 'ü/文件/😀', 'a'.repeat(1024), 'é'.repeat(512)]) {
    expect(isKey(key), key).toBe(true)
    expect(() => checkKey(key)).not.toThrow()
  }
})

describe('what is no key is refused with the rule that it breaks', () => {
  test.each([
    ['', 'empty'],
    ['/a', 'empty segment'],
    ['a/', 'empty segment'],
    ['a//b', 'empty segment'],
    ['.', '"."'],
    ['a/../b', '".."'],
    ['a\0', 'control character'],
    ['a\r', 'control character'],
    ['\uffff', 'control character'],
    ['\ud800', 'surrogate'],
    ['a\udc00b', 'surrogate'],
    ['a'.repeat(1025), '1024 bytes'],
    ['é'.repeat(513), '1024 bytes'],
  ])('%j', (key, rule) => {
    expect(isKey(key)).toBe(false)
    expect(() => checkKey(key)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(rule) }),
    )
  })
})

test('keys compare in the order of their UTF-8 bytes', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
  expect(compareKeys('\uff5e', '\u{10000}')).toBeLessThan(0)
  expect(compareKeys('a', 'a')).toBe(0)
})
