import { describe, expect, test } from 'vitest'
import { formatTableQuery, parseInstant, parseTableQuery } from '../../src/wire/index.ts'

describe('the body of a query', () => {
  test.each([
    ['', { sqlHints: [] }],
    ['  \n', { sqlHints: [] }],
    ['{}', { sqlHints: [] }],
    ['{"limitHint":0,"predicateHints":[""],"jsonPredicateHints":""}', { sqlHints: [] }],
    ['{"limitHint":-1}', { sqlHints: [] }],
    ['{"limitHint":9223372036854775807}', { sqlHints: [], limit: 2 ** 63 }],
    ['{"limitHint":"2147483648"}', { sqlHints: [], limit: 2 ** 31 }],
    ['{"limitHint":null,"version":null,"timestamp":null,"startingVersion":null}', { sqlHints: [] }],
    ['{"predicateHints":["a = 1","",7],"limitHint":"5"}', { sqlHints: ['a = 1'], limit: 5 }],
    ['{"jsonPredicateHints":"{}"}', { sqlHints: [], jsonHint: '{}' }],
    ['{"jsonPredicateHints":{"op":"not"}}', { sqlHints: [], jsonHint: { op: 'not' } }],
    ['{"version":"3"}', { sqlHints: [], version: 3 }],
    ['{"timestamp":"2026-01-02T03:04:05Z"}', { sqlHints: [], timestamp: Date.UTC(2026, 0, 2, 3, 4, 5) }],
    ['{"startingVersion":0,"unknown":{"deep":[]}}', { sqlHints: [], startingVersion: 0 }],
  ])('%j is understood', (body, query) => {
    expect(parseTableQuery(body)).toEqual(query)
  })

  test.each([
    ['{"limitHint":', 'malformed-request'],
    ['[]', 'invalid-argument'],
    ['{"limitHint":1.5}', 'invalid-argument'],
    ['{"limitHint":"all"}', 'invalid-argument'],
    ['{"version":-1}', 'invalid-argument'],
    ['{"version":9007199254740992}', 'invalid-argument'],
    ['{"version":1.5}', 'invalid-argument'],
    ['{"timestamp":"yesterday"}', 'invalid-argument'],
    ['{"version":1,"startingVersion":1}', 'invalid-argument'],
  ])('%j is refused', (body, code) => {
    expect(() => parseTableQuery(body)).toThrow(expect.objectContaining({ code }))
  })

  test('of our own client says only what is asked', () => {
    expect(formatTableQuery({})).toBe('{}')
    expect(parseTableQuery(formatTableQuery({ version: 2, limit: 7 }))).toEqual({ sqlHints: [], version: 2, limit: 7 })
  })
})

describe('an instant', () => {
  test.each([
    ['2026-01-02T03:04:05Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
    ['2026-01-02T03:04:05.123456Z', Date.UTC(2026, 0, 2, 3, 4, 5, 123)],
    ['2026-01-02T03:04:05+00:00', Date.UTC(2026, 0, 2, 3, 4, 5)],
    ['2026-01-02T03:04:05 01:00', Date.UTC(2026, 0, 2, 2, 4, 5)],
    ['2026-01-02T03:04:05-0200', Date.UTC(2026, 0, 2, 5, 4, 5)],
    ['2026-01-02 03:04:05', Date.UTC(2026, 0, 2, 3, 4, 5)],
    ['2026-01-02', Date.UTC(2026, 0, 2)],
  ])('%s is read as clients mean it', (text, milliseconds) => {
    expect(parseInstant(text)).toBe(milliseconds)
  })

  test.each(['', 'now', '2026', '2026-13-01', '1767323045'])('%j is refused', (text) => {
    expect(() => parseInstant(text)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})
