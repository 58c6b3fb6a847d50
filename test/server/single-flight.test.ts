import { describe, expect, test } from 'vitest'
import { singleFlight } from '../../src/server/single-flight.ts'

/** Work that ends when it is told to. */
function controlled() {
  const ends: (() => void)[] = []
  const work = () => {
    const number = ends.length + 1
    return new Promise<number>((resolve) => ends.push(() => resolve(number)))
  }
  return { ends, work }
}

describe('single flight', () => {
  test('runs once for the first caller, and once more for all who came while it ran', async () => {
    const run = singleFlight<number>()
    const { ends, work } = controlled()
    const calls = [run('a', work), run('a', work), run('a', work)]
    expect(ends).toHaveLength(1)
    ends[0]?.()
    expect(await calls[0]).toBe(1)
    await Promise.resolve()
    expect(ends).toHaveLength(2)
    ends[1]?.()
    expect(await Promise.all(calls)).toEqual([1, 2, 2])
  })

  test('lets different keys run at the same time', () => {
    const run = singleFlight<number>()
    const { ends, work } = controlled()
    run('a', work)
    run('b', work)
    expect(ends).toHaveLength(2)
  })

  test('lets no failure spread to those who wait', async () => {
    const run = singleFlight<number>()
    const failed = run('a', () => Promise.reject(new Error('first')))
    const next = run('a', async () => 2)
    await expect(failed).rejects.toThrow('first')
    expect(await next).toBe(2)
    expect(await run('a', async () => 3)).toBe(3)
  })
})
