import { expect, test } from 'vitest'
import { type Fault, faultyStore } from '../../src/store/testing.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, provisioned } from './world.ts'

const GIVEN = { runId: 'r2', day: 2, rows: 2 }
const WRITES = ['put', 'putStream', 'copy', 'delete'] as const

test.each<Fault>(['answer-lost', 'late'])('a run is published once whichever of its writes is %s', async (fault) => {
  const before = await provisioned({ config: { activityLog: false } })
  await before.open().publish(deliveryOf({ runId: 'r1', day: 1, rows: 2 }))
  for (let write = 1; ; write++) {
    const world = await before.copy()
    const store = faultyStore(world.store, [{ fault, operations: WRITES, from: write, to: write }])
    const published = world.open(store).publish(deliveryOf(GIVEN))
    await published.catch(({ code }) => expect(['unavailable', 'conflict'], `write ${write}`).toContain(code))
    if (store.injected.length === 0) break
    expectWholeGeneration(await world.see())
    await store.settle()
    await world.open().publish(deliveryOf(GIVEN))
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(runsIn(seen), `after ${store.injected.join()}`).toEqual(['r1', 'r2'])
  }
})
