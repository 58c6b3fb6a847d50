import { expect, test } from 'vitest'
import { configOf } from './killed-connector.ts'
import { killedStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, provisioned, type World } from './world.ts'

const ONLY_SKU = [{ name: 'sku', dataType: 'STRING', isKey: true }]

/** A world of two workflows, of which one left the share. */
async function withoutShop(): Promise<World> {
  const world = await provisioned({ config: { activityLog: false } })
  await world.open().publish(deliveryOf({ runId: 'r1', day: 1 }))
  await world.open().publish(deliveryOf({ workflowId: 'news', runId: 'n1', day: 1 }))
  await world.open().update(configOf({ activityLog: false, workflows: ['news'] }))
  return world
}

/** The same, where somebody selected it again and died before the share moved. */
async function halfBack(): Promise<World> {
  const world = await withoutShop()
  const dead = world.open(killedStore(world.store, (request) => !request.startsWith('put sharing/shares/')))
  await expect(dead.update(configOf({ activityLog: false, workflows: 'all' }))).rejects.toThrow('killed')
  return world
}

test('a workflow that is selected again comes back with all its versions, where whoever selected it died', async () => {
  const { open, see } = await halfBack()
  const r2 = deliveryOf({ runId: 'r2', day: 2, fields: ONLY_SKU, rows: [{ sku: 'a' }, { sku: 'b' }] })
  expect(await open().publish(r2)).toMatchObject({ outcome: 'published', table: 'WF_SHOP__V2' })
  const seen = await see()
  expectWholeGeneration(seen)
  expect(Object.keys(seen)).toEqual(expect.arrayContaining(['WF_SHOP__V1', 'WF_SHOP__V2', 'WF_SHOP__LATEST']))
  expect(runsIn(seen)).toEqual(['n1', 'r1', 'r2'])
  // Nobody has told of the update yet.
  expect(await open().reconcile()).toMatchObject([{ drift: 'unfinished-update', mended: true }])
  expect(await see()).toEqual(seen)
  expect(await open().reconcile()).toEqual([])
})

test('rows are erased of a workflow that is selected again and has not come back: it does, with all its versions', async () => {
  const { open, see, store } = await halfBack()
  const r2 = deliveryOf({
    runId: 'r2',
    day: 2,
    fields: ONLY_SKU,
    rows: [{ sku: 'shop-0' }, { sku: 'b' }, { sku: 'c' }],
  })
  const unshown = open(killedStore(store, (request) => !request.includes('lease')))
  await expect(unshown.publish(r2)).rejects.toThrow('killed')
  const { proof } = await open().erase({ workflowId: 'shop', keys: [{ sku: 'shop-0' }] })
  expect(proof.traces).toEqual([])
  const seen = await see()
  expectWholeGeneration(seen)
  expect([seen.WF_SHOP__V1, seen.WF_SHOP__V2, seen.WF_SHOP__LATEST].map((rows) => rows?.length)).toEqual([2, 2, 2])
  expect(runsIn(seen)).toEqual(['n1', 'r1', 'r2'])
})

test('a workflow that cannot come back waits, and the others are published', async () => {
  const { open, see, store, warnings } = await withoutShop()
  const log = 'tables/acme/kadoa/WF_SHOP__V1/0/_delta_log/00000000000000000000.json'
  await store.put(log, new TextEncoder().encode('garbage'), { mode: 'overwrite' })
  await expect(open().update(configOf({ activityLog: false, workflows: 'all' }))).rejects.toMatchObject({
    code: 'invalid-data',
  })
  const r2 = deliveryOf({ runId: 'r2', day: 2, fields: ONLY_SKU, rows: [{ sku: 'a' }, { sku: 'b' }] })
  await expect(open().publish(r2)).rejects.toMatchObject({ code: 'invalid-data' })
  expect(await open().publish(deliveryOf({ workflowId: 'news', runId: 'n2', day: 2 }))).toMatchObject({
    outcome: 'published',
  })
  expect(warnings).toContainEqual(expect.stringMatching(/^workflow shop waits on: .* \(run r2\)$/))
  expect(Object.keys(await see())).not.toContain('WF_SHOP__V2')
})
