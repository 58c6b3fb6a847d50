import { expect, test } from 'vitest'
import { gate } from '../../src/server/gate.ts'

test('so many run at the same time, and the others in their order', async () => {
  const inTurn = gate(2)
  const begun: number[] = []
  const ends: (() => void)[] = []
  const work = (number: number) =>
    inTurn(async () => {
      begun.push(number)
      await new Promise<void>((resolve) => ends.push(resolve))
      return number
    })
  const all = [0, 1, 2, 3].map(work)
  expect(begun).toEqual([0, 1])
  ends[1]?.()
  expect(await all[1]).toBe(1)
  expect(begun).toEqual([0, 1, 2])
  for (const end of ends) end()
  await all[0]
  await new Promise((resolve) => setImmediate(resolve))
  for (const end of ends) end()
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3])
})

test('a failure gives its place to the next', async () => {
  const inTurn = gate(1)
  const failed = inTurn(() => Promise.reject(new Error('no')))
  const next = inTurn(async () => 'yes')
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('yes')
})
