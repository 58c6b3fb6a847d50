import { expect, test } from 'vitest'
import { parseRetryAfter } from '../src/retry-after.ts'

const NOW = Date.UTC(2026, 0, 1)

test.each([
  ['120', 120],
  [' 0 ', 0],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 30],
  ['Thursday, 01-Jan-26 00:00:30 GMT', 30],
  ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
  [null, undefined],
  ['', undefined],
  ['soon', undefined],
  ['-5', undefined],
  ['1.5', undefined],
  ['Thu, whenever', undefined],
])('%j asks for %s seconds', (header, seconds) => {
  expect(parseRetryAfter(header, NOW)).toBe(seconds)
})
