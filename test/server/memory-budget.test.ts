import { describe, expect, test } from 'vitest'
import { BudgetedMap, MemoryBudget } from '../../src/server/memory-budget.ts'

describe('a memory budget', () => {
  test('lets go of what was not used for longest, whichever cache it is in', () => {
    const budget = new MemoryBudget(100)
    const [one, other] = [new BudgetedMap<string>(budget), new BudgetedMap<string>(budget)]
    one.set('a', 'A', 40)
    other.set('b', 'B', 40)
    one.get('a')
    one.set('c', 'C', 40)
    expect([one.get('a'), other.get('b'), one.get('c')]).toEqual(['A', undefined, 'C'])
  })

  test('keeps what was used last, however large it is', () => {
    const map = new BudgetedMap<string>(new MemoryBudget(10))
    map.set('a', 'A', 1)
    map.set('b', 'B', 1000)
    expect([map.get('a'), map.get('b')]).toEqual([undefined, 'B'])
  })

  test('counts what is replaced or deleted no more', () => {
    let held = 0
    const map = new BudgetedMap<string>(
      new MemoryBudget(100, (bytes) => {
        held = bytes
      }),
    )
    map.set('a', 'A', 60)
    map.set('a', 'AA', 70)
    expect(held).toBe(70)
    map.delete('a')
    expect(held).toBe(0)
    expect(map.get('a')).toBeUndefined()
  })

  test('makes room for what is promised, and lets who is promised too much wait for others', async () => {
    const budget = new MemoryBudget(100)
    const map = new BudgetedMap<string>(budget)
    map.set('a', 'A', 40)
    const done = await budget.promise(70)
    expect(map.get('a')).toBeUndefined()
    let isPromised = false
    const second = budget.promise(40).then((end) => {
      isPromised = true
      return end
    })
    await Promise.resolve()
    expect(isPromised).toBe(false)
    done()
    ;(await second)()
    expect(isPromised).toBe(true)
  })

  test('promises even what is too much, when nothing else is promised', async () => {
    const end = await new MemoryBudget(100).promise(1000)
    end()
  })
})
