import { expect, test } from 'vitest'
import { parseInterval } from '../../src/log/interval.ts'

const DAY = 86_400_000

test.each([
  ['interval 30 days', 30 * DAY],
  ['INTERVAL 1 Week', 7 * DAY],
  ['2 days 12 hours', 2.5 * DAY],
  ['interval 1 minute 1 second 5 milliseconds', 61_005],
  ['interval 2000 microseconds', 2],
  ['interval 0 seconds', 0],
])('%s are %s milliseconds', (text, milliseconds) => {
  expect(parseInterval(text)).toBe(milliseconds)
})

test.each(['', 'interval', '30', 'days', 'interval 1 month', 'interval 1 day and a half', 'interval -1 days'])(
  '%j is no interval',
  (text) => {
    expect(parseInterval(text)).toBeUndefined()
  },
)
