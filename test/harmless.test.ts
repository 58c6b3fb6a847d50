import { expect, test } from 'vitest'
import { harmless } from '../src/harmless.ts'

test.each([
  [
    'throws',
    () => {
      throw new Error('no')
    },
  ],
  ['rejects', async () => Promise.reject(new Error('no'))],
])('a callback that %s harms nobody, and what it was is told', async (_, callback) => {
  const failures: unknown[] = []
  expect(harmless(callback)('anything')).toBe(undefined)
  harmless(callback, (error) => failures.push(error))('anything')
  await new Promise(setImmediate)
  expect(failures).toEqual([new Error('no')])
})

test('a callback is called at once, with what it is told of', () => {
  const told: string[] = []
  const tell = harmless((text: string) => told.push(text))
  tell('one')
  expect(told).toEqual(['one'])
})
