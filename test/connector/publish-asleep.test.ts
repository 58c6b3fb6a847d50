import { expect, test } from 'vitest'
import { prefixStore } from '../../src/store/index.ts'
import { openTable } from '../../src/table/index.ts'
import { keysOf } from '../keys-of.ts'
import { sleepingStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, provisioned, type World } from './world.ts'

const DAY = 86_400_000

/** A connector with a run, and a publication of another that fell asleep at a request. */
async function asleepAt(request: RegExp) {
  const world = await provisioned()
  await world.open().publish(deliveryOf({ runId: 'r1', day: 1 }))
  const { store, asleep, wake } = sleepingStore(world.store, request)
  const publication = world.open(store).publish(deliveryOf({ runId: 'late', day: 9 }))
  await Promise.race([asleep, publication])
  return { world, publication, wake }
}

/** Others publish meanwhile, for so long that logs are cleaned up and files vacuumed. */
async function monthsPass({ runtime, open, store }: World): Promise<void> {
  for (const day of [2, 3]) await open().publish(deliveryOf({ runId: `r${day}`, day }))
  const logs = (await keysOf(store, 'tables/')).filter((key) => key.endsWith('/_delta_log/00000000000000000000.json'))
  for (const key of logs) {
    const folder = key.slice(0, key.indexOf('/_delta_log/'))
    const inner = prefixStore(store, folder)
    await (await openTable(inner.location, { store: inner, runtime })).checkpoint()
  }
  await runtime.sleep(60 * DAY)
  for (const day of [4, 12]) {
    await open().publish(deliveryOf({ runId: `r${day}`, day }))
    await runtime.sleep(3 * DAY)
    await open().maintain()
  }
}

test.each([
  ['its commit', /put .*WF_SHOP__V1\/.*_delta_log/],
  ['the latest table', /put .*WF_SHOP__LATEST\/.*_delta_log/],
  ['a metadata table', /put .*WORKFLOW_RUNS\/.*_delta_log/],
  ['a read of what was published', /get .*WORKFLOW_SCHEMA_FIELDS\/.*parquet/],
  ['the swap of the share', /put sharing\/shares\//],
])('a publication that slept at %s while others went on for months is made once, and undoes nothing', async (_, at) => {
  const { world, publication, wake } = await asleepAt(at)
  await monthsPass(world)
  wake()
  expect(await publication).toMatchObject({ runId: 'late', rows: 3 })
  const seen = await world.see()
  expectWholeGeneration(seen)
  expect(runsIn(seen)).toEqual(['r1', 'r2', 'r3', 'r4', 'late', 'r12'])
  expect(await world.open().reconcile()).toEqual([])
  expect(world.warnings).toEqual([])
})

test('a publication that slept at its commit until its files were vacuumed brings them again', async () => {
  const { world, publication, wake } = await asleepAt(/put .*WF_SHOP__V1\/.*_delta_log/)
  await world.runtime.sleep(9 * DAY)
  const { tables } = await world.open().maintain()
  expect(tables).toContainEqual(expect.objectContaining({ name: 'WF_SHOP__V1', deleted: 1 }))
  wake()
  expect(await publication).toMatchObject({ outcome: 'published', rows: 3 })
  const seen = await world.see()
  expectWholeGeneration(seen)
  expect(runsIn(seen)).toEqual(['r1', 'late'])
})
