import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatQueryToken, parseQueryToken, type QueryTokenKind } from '../../src/wire/index.ts'

const KEY = 'key'
const scope = 'acme\ntable\nquery'
const token = { version: 7, position: 'part-1.parquet', expiresAt: 1000 }

const parse = (
  text: string,
  at: {
    readonly kind?: QueryTokenKind
    readonly keys?: readonly string[]
    readonly scope?: string
    readonly now?: number
  } = {},
) => parseQueryToken(at.keys ?? [KEY], at.kind ?? 'page', text, { scope, now: 999, ...at })

describe('a token of a query', () => {
  test('gives back what it was made of', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.string({ unit: 'grapheme' }), fc.string(), (version, position, scope) => {
        const made = { version, position, expiresAt: 1000 }
        const text = formatQueryToken(KEY, 'refresh', scope, made)
        expect(parse(text, { kind: 'refresh', scope, keys: ['newer key', KEY] })).toEqual(made)
      }),
    )
  })

  test('goes into a URL as it is', () => {
    expect(formatQueryToken(KEY, 'page', scope, { ...token, position: 'ü?&#+ /' })).toMatch(/^[A-Za-z0-9_-]+$/)
  })

  test.each([
    ['another scope', { scope: 'other\ntable\nquery' }],
    ['a scope that is cut elsewhere', { scope: 'acme\ntable' }],
    ['another kind', { kind: 'refresh' as const }],
    ['another key', { keys: ['other'] }],
  ])('is not good for %s', (_, at) => {
    expect(() => parse(formatQueryToken(KEY, 'page', scope, token), at)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining('invalid') }),
    )
  })

  test('is not good when it is altered, nor is any other text', () => {
    const text = formatQueryToken(KEY, 'page', scope, token)
    for (const other of ['', 'x', `${text}A`, text.slice(1), text.replace(/.$/, text.endsWith('A') ? 'Q' : 'A')]) {
      expect(() => parse(other), other).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
    }
  })

  test('expires, and says so', () => {
    const text = formatQueryToken(KEY, 'page', scope, token)
    expect(() => parse(text, { now: 1000 })).toThrow(/expired/)
  })
})
