import { describe, expect, test } from 'vitest'
import { parseInstant } from '../../src/wire/index.ts'

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
