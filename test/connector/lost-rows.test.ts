import { expect, test } from 'vitest'
import { systemRuntime } from '../../src/runtime.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { keysOf } from '../keys-of.ts'
import { configOf } from './killed-connector.ts'
import { killedStore, sleepingStore } from './killed-store.ts'
import { runsIn } from './recipient.ts'
import { deliveryOf, provisioned } from './world.ts'

const LOST = deliveryOf({ runId: 'r1', day: 1 })

test('a run of which the rows are gone before anybody saw them is told of, and not as mended', async () => {
  const { store, open, see } = await provisioned({ config: { activityLog: false } })
  await open().publish(deliveryOf({ workflowId: 'news', runId: 'n1', day: 1 }))
  const dying = killedStore(store, (request) => !/put .*WF_SHOP__LATEST/.test(request))
  await expect(open(dying).publish(LOST)).rejects.toThrow('killed')
  await store.delete(await keysOf(store, 'tables/acme/kadoa/WF_SHOP__V1/'))
  const told = expect.stringMatching(
    /run r1 of workflow shop cannot be published: .* does not hold them; put .* retract/,
  )
  await expect(open().publish(LOST)).rejects.toMatchObject({
    code: 'invalid-data',
    message: told,
    details: { blame: 'storage' },
  })
  expect(await open().reconcile()).toMatchObject([
    { drift: 'waiting-runs', mended: false, blame: 'storage', remedy: told },
  ])
  await open().retract({ workflowId: 'shop', runId: 'r1' })
  expect(await open().reconcile()).toEqual([])
  await open().publish(deliveryOf({ runId: 'r1-again', day: 1 }))
  expect(runsIn(await see())).toEqual(['n1', 'r1-again'])
})

test('a run whose workflow leaves the share while its rows are about to be shown is not told of as one of which they are gone', async () => {
  const { store, open } = await provisioned({ config: { activityLog: false }, runtime: systemRuntime })
  await open().publish(deliveryOf({ workflowId: 'news', runId: 'n1', day: 1 }))
  const dying = killedStore(store, (request) => !/put .*WF_SHOP__LATEST/.test(request))
  await expect(open(dying).publish(LOST)).rejects.toThrow('killed')
  const reconciler = sleepingStore(store, /put .*lease/)
  const drifts = open(reconciler.store).reconcile()
  await reconciler.asleep
  await open().update(configOf({ activityLog: false, workflows: ['news'] }))
  reconciler.wake()
  expect(await drifts).toMatchObject([{ drift: 'waiting-runs', mended: true }])
})

/** What a disk keeps of a file when the power goes. */
async function cutOff(store: ObjectStore, folder: string): Promise<string> {
  const keys = await keysOf(store, folder)
  const key = keys.find((each) => each.endsWith('.parquet') && !each.includes('_delta_log')) ?? ''
  const { body } = await store.get(key)
  await store.put(key, body.subarray(0, body.length >> 1), { mode: 'overwrite' })
  return key
}

test('a staged file that is cut off holds its own workflow back, by its name, and no other', async () => {
  const { store, open, see, warnings } = await provisioned({ config: { activityLog: false } })
  await open().publish(deliveryOf({ runId: 'r0', day: 1 }))
  const dying = killedStore(store, (request) => !/put .*WF_SHOP__LATEST/.test(request))
  const waiting = deliveryOf({ runId: 'r1', day: 2 })
  await expect(open(dying).publish(waiting)).rejects.toThrow('killed')
  expect(await cutOff(store, 'connectors/acme/staging/')).toContain('/r1/')
  await open().publish(deliveryOf({ workflowId: 'news', runId: 'n1', day: 3 }))
  expect(runsIn(await see())).toEqual(['r0', 'n1'])
  const told = expect.stringMatching(/WF_SHOP__LATEST.* is shorter than the log says.*; put it back/)
  expect(warnings).toContainEqual(told)
  const refused = { code: 'invalid-data', message: told, details: { blame: 'storage' } }
  await expect(open().publish(waiting)).rejects.toMatchObject(refused)
  expect(await open().reconcile()).toMatchObject([{ drift: 'waiting-runs', mended: false, remedy: told }])
  await open().retract({ workflowId: 'shop', runId: 'r1' })
  expect(await open().reconcile()).toEqual([])
})

test('a run of which the staged files are gone is told of as that, and not as shown', async () => {
  const { store, open } = await provisioned({ config: { activityLog: false } })
  await open().publish(deliveryOf({ runId: 'r0', day: 1 }))
  const dying = killedStore(store, (request) => !/put .*pending\/SHOP/.test(request))
  await expect(open(dying).publish(deliveryOf({ runId: 'r1', day: 2 }))).rejects.toThrow('killed')
  await store.delete(await keysOf(store, 'connectors/acme/staging/'))
  expect(await open().reconcile()).toMatchObject([{ drift: 'staged-run', mended: false }])
  // From there on it is one that was never staged to its end, of which there is nothing to say for a day.
  expect(await open().reconcile()).toEqual([])
})

test('a file that is gone is a finding of a verification, by its name', async () => {
  const { store, open } = await provisioned({ config: { activityLog: false } })
  await open().publish(deliveryOf({ runId: 'r0', day: 1 }))
  const [key = ''] = (await keysOf(store, 'tables/acme/kadoa/WF_SHOP__V1/')).filter((each) => each.endsWith('.parquet'))
  await store.delete([key])
  const named = expect.stringContaining(`there is no object ${key}`)
  expect((await open().verify()).filter(({ ok }) => !ok)).toMatchObject([{ message: named, blame: 'storage' }])
})

test('a file that is cut off is a finding of a verification, as whose move it is', async () => {
  const { store, open } = await provisioned({ config: { activityLog: false } })
  await open().publish(deliveryOf({ runId: 'r0', day: 1 }))
  await cutOff(store, 'tables/acme/kadoa/WF_SHOP__V1/')
  const findings = await open().verify()
  expect(findings.filter(({ ok }) => !ok)).toMatchObject([
    {
      check: 'recipient',
      blame: 'storage',
      message: expect.stringMatching(/WF_SHOP__V1.* is shorter than the log says/),
    },
  ])
})
