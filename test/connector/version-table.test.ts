import { expect, test } from 'vitest'
import { keysOf } from '../keys-of.ts'
import { configOf } from './killed-connector.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, provisioned } from './world.ts'

test.each([
  ['all of a table', /WF_SHOP__V1\//],
  ['the newest version of a table', /WF_SHOP__V1\/0\/_delta_log\/0+2\./],
])('where %s is lost that the share shows, no run takes its place', async (_, lost) => {
  const { store, open, see } = await provisioned()
  for (const day of [1, 2]) await open().publish(deliveryOf({ runId: `r${day}`, day }))
  const keys = (await keysOf(store)).filter((key) => lost.test(key))
  const kept = await Promise.all(keys.map(async (key) => ({ key, body: (await store.get(key)).body })))
  await store.delete(keys)
  for (const day of [3, 4, 5]) {
    const publication = open().publish(deliveryOf({ runId: `r${day}`, day }))
    await expect(publication).rejects.toMatchObject({ code: 'invalid-data', details: { blame: 'storage' } })
  }
  for (const { key, body } of kept) await store.put(key, body, { mode: 'create' })
  for (const day of [3, 4, 5]) await open().publish(deliveryOf({ runId: `r${day}`, day }))
  const { WF_SHOP__V1 = [], WORKFLOW_RUNS = [] } = await see()
  const runs = ['r1', 'r2', 'r3', 'r4', 'r5']
  expect([...new Set(WF_SHOP__V1.map((row) => row.KADOA_RUN_ID))].sort()).toEqual(runs)
  expect(WORKFLOW_RUNS.map((row) => row.RUN_ID).sort()).toEqual(runs)
})

test('a table that is lost for good begins anew once its runs are taken back, while its workflow is not shared', async () => {
  const { store, open, see } = await provisioned()
  for (const day of [1, 2]) await open().publish(deliveryOf({ runId: `r${day}`, day }))
  await store.delete(await keysOf(store, 'tables/acme/kadoa/WF_SHOP__V1/'))
  expect(await open().reconcile()).toMatchObject([{ drift: 'lost-rows', mended: false }])
  await open().update(configOf({ workflows: ['news'] }))
  for (const runId of ['r1', 'r2']) await open().retract({ workflowId: 'shop', runId })
  await open().update(configOf())
  await open().publish(deliveryOf({ runId: 'r3', day: 3 }))
  const seen = await see()
  expectWholeGeneration(seen)
  expect(runsIn(seen)).toEqual(['r3'])
  expect(await open().reconcile()).toEqual([])
})
