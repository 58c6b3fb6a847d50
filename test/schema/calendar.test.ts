import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { civilFromDays, daysFromCivil, formatDate, MAX_DAY, MIN_DAY, parseDate } from '../../src/schema/calendar.ts'

test.each([
  ['1970-01-01', 0],
  ['1969-12-31', -1],
  ['2000-02-29', 11016],
  ['2026-01-02', 20455],
  ['0001-01-01', MIN_DAY],
  ['9999-12-31', MAX_DAY],
])('%s is day %i', (text, day) => {
  expect(parseDate(text)).toBe(day)
  expect(formatDate(day)).toBe(text)
})

describe('a text that is no day', () => {
  test.each(['2026-02-30', '1900-02-29', '2026-13-01', '2026-00-10', '2026-01-00', '2026-04-31', '0000-01-01'])(
    '%s is not in the calendar',
    (text) => expect(parseDate(text)).toBeUndefined(),
  )
  test.each(['', '2026-1-2', '20260102', '2026/01/02', '2026-01-02T', ' 2026-01-02', '+2026-01-02', '２０２６-01-02'])(
    '%j is not written as one',
    (text) => expect(parseDate(text)).toBeUndefined(),
  )
})

test('years of other eras print as ECMAScript prints them', () => {
  expect(formatDate(daysFromCivil(10_000, 1, 1))).toBe('+010000-01-01')
  expect(formatDate(daysFromCivil(-43, 3, 15))).toBe('-000043-03-15')
})

test('agrees with Date on every day that Date knows', () => {
  fc.assert(
    fc.property(fc.integer({ min: -100_000_000, max: 100_000_000 }), (day) => {
      const date = new Date(day * 86_400_000)
      const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
      expect(civilFromDays(day)).toEqual(civil)
      expect(daysFromCivil(civil.year, civil.month, civil.day)).toBe(day)
      expect(formatDate(day)).toBe(date.toISOString().split('T')[0])
    }),
  )
})
