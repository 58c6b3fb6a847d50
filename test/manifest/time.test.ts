import { expect, test } from 'vitest'
import { DAY, durationText } from '../../src/manifest/time.ts'

test.each([
  [90 * DAY, '90 days'],
  [DAY, '1 day'],
  [DAY * 1.5, '36 hours'],
  [120_000, '2 minutes'],
  [1500, '1500 ms'],
  [0, '0 ms'],
])('%i ms are said as %s', (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text)
})
