import { describe, expect, test } from 'vitest'
import { killedAfter } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, type Given, provisioned, type World } from './world.ts'

const FIRST = { runId: 'r1', day: 1, rows: 2 }
const CHANGED = { runId: 'r2', day: 2, rows: 2, fields: [{ name: 'sku', dataType: 'STRING' }] }

/** The world after a process delivered a run and was killed before one of its requests. */
async function killedAt(before: World, given: Given, request: number): Promise<World> {
  const world = await before.copy()
  const store = killedAfter(world.store, request - 1)
  await world
    .open(store)
    .publish(deliveryOf(given))
    .catch(() => {})
  return world
}

/** The numbers of the requests that change something: a kill at any other leaves the world as one at the next of these. */
async function changesOf(before: World, given: Given): Promise<number[]> {
  const world = await before.copy()
  const store = killedAfter(world.store, Number.POSITIVE_INFINITY)
  await world.open(store).publish(deliveryOf(given))
  return store.requests.flatMap((request, index) => (/^(put|copy|delete) /.test(request) ? [index + 1] : []))
}

describe.each([
  ['the first run of a connector', [], FIRST],
  ['a run with another schema', [FIRST], CHANGED],
])('%s', (_, earlier: readonly Given[], given: Given) => {
  test('is published once wherever the process is killed, and recipients see whole generations', async () => {
    const before = await provisioned({ config: { activityLog: false } })
    for (const run of earlier) await before.open().publish(deliveryOf(run))
    const runs = [...earlier, given].map(({ runId }) => runId)
    const requests = await changesOf(before, given)
    expect(requests.length).toBeGreaterThan(20)
    for (const request of requests) {
      const world = await killedAt(before, given, request)
      expectWholeGeneration(await world.see())
      await world.open().publish(deliveryOf(given))
      const seen = await world.see()
      expectWholeGeneration(seen)
      expect(runsIn(seen), `after a kill at request ${request}`).toEqual(runs)
    }
  })
})
