import { expect, test } from 'vitest'
import { counted, fromNow, moment, size } from '../../src/browse/page/words.ts'

const NOW = Date.UTC(2026, 5, 1)
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]

test.each([
  [-1000, 'just now'],
  [-50_000, '50 seconds ago'],
  [-MINUTE, '1 minute ago'],
  [-3 * HOUR, '3 hours ago'],
  [-DAY, 'yesterday'],
  [-20 * DAY, '2 weeks ago'],
  [-400 * DAY, 'last year'],
  [90 * DAY, 'in 2 months'],
])('%i ms from now is said as %j', (distance, words) => {
  expect(fromNow(NOW + distance, NOW)).toBe(words)
})

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [5_432, '5.4 kB'],
  [123_456_789, '123 MB'],
  [7.25e12, '7.3 TB'],
])('%d bytes are said as %j', (bytes, words) => {
  expect(size(bytes)).toBe(words)
})

test('counts have separators and the right number, moments their zone', () => {
  expect([counted(1, 'row'), counted(1234, 'row')]).toEqual(['1 row', '1,234 rows'])
  expect(moment(NOW)).toBe('1 June 2026 at 00:00:00 UTC')
})
