import { describe, expect, test } from 'vitest'
import { CastError, caster } from '../../src/schema/index.ts'

describe('date', () => {
  const cast = caster({ type: 'date' })

  test('takes a day as text, or a Date at midnight UTC', () => {
    expect(cast('2026-01-02')).toBe(20455)
    expect(cast(new Date('2026-01-02'))).toBe(20455)
    expect(cast(new Date('1969-12-31'))).toBe(-1)
    expect(cast(new Date(-0))).toBe(0)
  })

  test('refuses a Date that is no whole day rather than cutting it', () => {
    expect(() => cast(new Date('1969-12-25T13:00:00Z'))).toThrow('which is not midnight UTC')
  })

  test.each([
    '2026-02-30',
    '2026-1-2',
    '2026-01-02T00:00:00Z',
    20455,
    20455n,
    true,
    new Date(Number.NaN),
    '10000-01-01',
  ])('refuses %s', (value) => expect(() => cast(value)).toThrow('expected date'))
})

describe('timestamp', () => {
  const cast = caster({ type: 'timestamp' })

  test('takes a Date, ISO text with a zone, or bigint microseconds', () => {
    expect(cast(new Date('2026-01-02T03:04:05.678Z'))).toBe(1767323045678000)
    expect(cast('2026-01-02T04:04:05.678901+01:00')).toBe(1767323045678901)
    expect(cast(1767323045678901n)).toBe(1767323045678901)
    expect(cast(new Date('1500-01-01'))).toBe(-14831769600000000n)
  })

  test('refuses a number: nobody can tell milliseconds from microseconds', () => {
    expect(() => cast(1767323045678)).toThrow(CastError)
  })

  test.each([
    '2026-01-02T03:04:05',
    '2026-01-02',
    '2026-01-02T03:04:05.1234567Z',
    '10000-01-01T00:00:00Z',
    253402300800000000n,
    -62135596800000001n,
    new Date(8.64e15),
    new Date(Number.NaN),
    true,
  ])('refuses %s', (value) => {
    expect(() => cast(value)).toThrow('expected timestamp, an instant of the years 0001 to 9999')
  })
})

describe('timestamp_ntz', () => {
  const cast = caster({ type: 'timestamp_ntz' })

  test('takes text without a zone, and the UTC wall clock of a Date', () => {
    expect(cast('2026-01-02T03:04:05.678901')).toBe(1767323045678901)
    expect(cast('2026-01-02 03:04:05')).toBe(1767323045000000)
    expect(cast(new Date('2026-01-02T03:04:05Z'))).toBe(1767323045000000)
  })

  test.each(['2026-01-02T03:04:05Z', '2026-01-02T03:04:05+01:00', 1])('refuses %s', (value) => {
    expect(() => cast(value)).toThrow('expected timestamp_ntz, a wall clock')
  })
})
