import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repeatedKeys } from '../../src/connector/repeated-keys.ts'

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

test('as many keys are repeated as there are more keys than different ones, however many and in whichever order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 3000, size: 'max' }), (numbers) => {
      const keys = repeatedKeys()
      for (const number of numbers) keys.add(digest(String(number)))
      expect(keys.count()).toBe(numbers.length - new Set(numbers).size)
    }),
    { numRuns: 20 },
  )
})

test.each([
  ['0000000100000001', '0000000100000002'],
  ['0000000100000001', '0000000200000001'],
])('keys that share half of what is kept of their digests are different: %s, %s', (...digests) => {
  const keys = repeatedKeys()
  for (const each of digests) keys.add(each.padEnd(64, '0'))
  expect(keys.count()).toBe(0)
})
