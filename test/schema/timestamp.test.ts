import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { floorToMillis, formatTimestamp, microsFromMillis, parseTimestamp } from '../../src/schema/timestamp.ts'
import { physicalOf } from './arbitrary.ts'

const micros = physicalOf({ type: 'timestamp' }) as fc.Arbitrary<number | bigint>

describe('parsing', () => {
  test.each([
    ['2026-01-02T03:04:05.123456Z', 1767323045123456],
    ['2026-01-02T03:04:05.1Z', 1767323045100000],
    ['2026-01-02T03:04:05Z', 1767323045000000],
    ['2026-01-02T03:04Z', 1767323040000000],
    ['2026-01-02 03:04:05Z', 1767323045000000],
    ['2026-01-02T05:04:05+02:00', 1767323045000000],
    ['2026-01-02T05:34:05+0230', 1767323045000000],
    ['2026-01-01T19:04:05-08', 1767323045000000],
    ['2026-01-02T03:04:05.123456000Z', 1767323045123456],
    ['1969-12-31T23:59:59.999999Z', -1],
    ['1600-01-01T00:00:00.000001Z', -11676095999999999n],
    ['9999-12-31T23:59:59.999999Z', 253402300799999999n],
  ])('%s is an instant', (text, expected) => {
    expect(parseTimestamp(text, 'required')).toBe(expected)
  })

  test.each([
    '2026-01-02T03:04:05.1234567Z',
    '2026-01-02T03:04:05.Z',
    '2026-01-02T24:00:00Z',
    '2026-01-02T03:60:00Z',
    '2026-01-02T03:04:60Z',
    '2026-02-30T00:00:00Z',
    '2026-01-02T03:04:05',
    '2026-01-02T03:04:05z',
    '2026-01-02T03:04:05Z ',
    '2026-01-02T03:04:05+19:00',
    '2026-01-02T03:04:05+02:0',
    '2026-01-02T03:04:05+02:000',
    '2026-01-02T03:04:05ZZ',
    '2026-01-02',
    '2026-01-02T',
    '2026-01-02X03:04:05Z',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    'Fri Jan 02 2026',
    '',
  ])('%j is none', (text) => {
    expect(parseTimestamp(text, 'required')).toBeUndefined()
  })

  test('a wall clock has no zone, and may be read as UTC', () => {
    expect(parseTimestamp('2026-01-02 03:04:05', 'none')).toBe(1767323045000000)
    expect(parseTimestamp('2026-01-02T03:04:05Z', 'none')).toBeUndefined()
    expect(parseTimestamp('2026-01-02T03:04:05', 'utc')).toBe(1767323045000000)
    expect(parseTimestamp('2026-01-02T04:04:05+01:00', 'utc')).toBe(1767323045000000)
  })
})

test('what is printed parses back to the same microsecond', () => {
  fc.assert(
    fc.property(micros, (value) => {
      expect(parseTimestamp(formatTimestamp(value, 'Z'), 'required')).toBe(value)
      expect(parseTimestamp(formatTimestamp(value, ''), 'none')).toBe(value)
    }),
  )
})

test('milliseconds are floored, before 1970 too', () => {
  fc.assert(
    fc.property(micros, (value) => {
      const floor = floorToMillis(value)
      const rest = BigInt(value) - BigInt(floor) * 1000n
      expect(rest >= 0n && rest < 1000n).toBe(true)
      expect(formatTimestamp(value, 'Z', 3)).toBe(formatTimestamp(microsFromMillis(floor), 'Z', 3))
    }),
  )
  expect(formatTimestamp(-1, 'Z', 3)).toBe('1969-12-31T23:59:59.999Z')
})

test('agrees with Date on whole milliseconds', () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') }), (date) => {
      const value = microsFromMillis(date.getTime())
      expect(formatTimestamp(value, 'Z', 3)).toBe(date.toISOString())
      expect(parseTimestamp(date.toISOString(), 'required')).toBe(value)
    }),
  )
})
