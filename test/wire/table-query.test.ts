import { describe, expect, test } from 'vitest'
import { formatTableQuery, parseTableQuery } from '../../src/wire/index.ts'

/** A query that asks for nothing in particular. */
const PLAIN = { sqlHints: [] as string[], includeHistoricalProtocol: false, includeRefreshToken: false }

describe('the body of a query', () => {
  test.each([
    ['', {}],
    ['  \n', {}],
    ['{}', {}],
    ['{"limitHint":0,"predicateHints":[""],"jsonPredicateHints":""}', {}],
    ['{"limitHint":-1}', {}],
    ['{"limitHint":9223372036854775807}', { limit: 2 ** 63 }],
    ['{"limitHint":"2147483648"}', { limit: 2 ** 31 }],
    ['{"limitHint":null,"version":null,"timestamp":null,"startingVersion":null}', {}],
    ['{"predicateHints":["a = 1","",null,{"a":1}],"limitHint":"5"}', { sqlHints: ['a = 1', '{"a":1}'], limit: 5 }],
    ['{"predicateHints":"a = 1","jsonPredicateHints":7}', { sqlHints: ['a = 1'], jsonHint: 7 }],
    ['{"jsonPredicateHints":"{}"}', { jsonHint: '{}' }],
    ['{"jsonPredicateHints":{"op":"not"}}', { jsonHint: { op: 'not' } }],
    ['{"version":"3"}', { version: 3 }],
    ['{"timestamp":"2026-01-02T03:04:05Z"}', { timestamp: Date.UTC(2026, 0, 2, 3, 4, 5) }],
    ['{"startingVersion":0,"unknown":{"deep":[]}}', { startingVersion: 0 }],
    [
      '{"startingVersion":1,"endingVersion":"4","includeHistoricalProtocol":"True"}',
      { startingVersion: 1, endingVersion: 4, includeHistoricalProtocol: true },
    ],
    ['{"maxFiles":10,"pageToken":"abc"}', { maxFiles: 10, pageToken: 'abc' }],
    ['{"maxFiles":0,"pageToken":"","refreshToken":null}', {}],
    ['{"includeRefreshToken":true,"refreshToken":"abc"}', { includeRefreshToken: true, refreshToken: 'abc' }],
    ['{"idempotency_key":"x","idempotencyKey":"x"}', {}],
    ['{"__proto__":{"version":3},"constructor":{"prototype":{"version":3}}}', {}],
  ])('%j is understood', (body, query) => {
    expect(parseTableQuery(body)).toEqual({ ...PLAIN, ...query })
  })

  test.each([
    ['{"limitHint":', 'malformed-request'],
    ['[]', 'invalid-argument'],
    ['{"limitHint":1.5}', 'invalid-argument'],
    ['{"limitHint":"all"}', 'invalid-argument'],
    ['{"version":-1}', 'invalid-argument'],
    ['{"version":9007199254740992}', 'invalid-argument'],
    ['{"version":1.5}', 'invalid-argument'],
    ['{"version":"9007199254740993"}', 'invalid-argument'],
    ['{"startingVersion":9223372036854775807}', 'invalid-argument'],
    ['{"includeRefreshToken":"perhaps"}', 'invalid-argument'],
    ['{"pageToken":7}', 'invalid-argument'],
    ['{"timestamp":"yesterday"}', 'invalid-argument'],
    ['{"version":1,"startingVersion":1}', 'invalid-argument'],
  ])('%j is refused', (body, code) => {
    expect(() => parseTableQuery(body)).toThrow(expect.objectContaining({ code }))
  })

  test('may nest as deep as conditions do, and no deeper', () => {
    const nested = (levels: number) => `{"jsonPredicateHints":${'['.repeat(levels)}${']'.repeat(levels)}}`
    expect(parseTableQuery(nested(99))).toHaveProperty('jsonHint')
    for (const levels of [100, 10_000, 400_000]) {
      expect(() => parseTableQuery(nested(levels))).toThrow(expect.objectContaining({ code: 'malformed-request' }))
    }
  })

  test('of our own client says only what is asked, and reads back', () => {
    expect(formatTableQuery({})).toBe('{}')
    const query = {
      ...PLAIN,
      sqlHints: ['a = 1'],
      jsonHint: '{"op":"and"}',
      limit: 7,
      timestamp: Date.UTC(2026, 0, 2),
      maxFiles: 3,
      pageToken: 'abc',
      includeRefreshToken: true,
    }
    expect(parseTableQuery(formatTableQuery(query))).toEqual(query)
    expect(formatTableQuery({ jsonHint: { op: 'not' }, version: undefined })).toBe(
      '{"jsonPredicateHints":"{\\"op\\":\\"not\\"}"}',
    )
  })
})
