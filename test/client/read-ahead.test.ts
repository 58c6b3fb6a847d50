import { expect, test } from 'vitest'
import { readAhead } from '../../src/client/read-ahead.ts'

/** Numbers from 0 on, and how far they were taken. */
function numbers(end: number) {
  const seen = { taken: 0, isEnded: false }
  async function* generate(): AsyncGenerator<number> {
    try {
      for (; seen.taken < end; ) yield seen.taken++
    } finally {
      seen.isEnded = true
    }
  }
  return { seen, items: generate() }
}

test('so many items are started before they are asked for, and no more', async () => {
  const { seen, items } = numbers(100)
  const started: number[] = []
  const ahead = readAhead(items, 3, (item) => started.push(item))
  expect(await ahead.next()).toEqual({ done: false, value: 0 })
  await new Promise((resolve) => setImmediate(resolve))
  expect([started, seen.taken]).toEqual([[0, 1, 2, 3], 4])
})

test('all items come, in their order', async () => {
  const found: number[] = []
  for await (const item of readAhead(numbers(10).items, 4)) found.push(item)
  expect(found).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('who has enough ends the source', async () => {
  const { seen, items } = numbers(100)
  for await (const item of readAhead(items, 3)) if (item === 2) break
  await new Promise((resolve) => setImmediate(resolve))
  expect(seen).toEqual({ taken: 6, isEnded: true })
})

test('what fails ahead is thrown when its turn comes', async () => {
  async function* failing(): AsyncGenerator<number> {
    yield 0
    throw new Error('broken')
  }
  const found: number[] = []
  const read = async (): Promise<void> => {
    for await (const item of readAhead(failing(), 3)) found.push(item)
  }
  await expect(read()).rejects.toThrow('broken')
  expect(found).toEqual([0])
})
