import { expect, test } from 'vitest'
import { keysOf } from '../keys-of.ts'
import { configOf } from './killed-connector.ts'
import { lived } from './lifecycle.ts'

test('an activity log whose objects are gone is told of, until it is switched off and on', async () => {
  const world = await lived({}, [{ runId: 'r1', day: 1 }])
  await world.store.delete(await keysOf(world.store, 'tables/acme/kadoa/ACTIVITY_LOG/'))
  expect(await world.open().reconcile()).toMatchObject([
    { drift: 'unreadable-table', mended: false, remedy: expect.stringMatching(/off and on/) },
  ])
  await world.open().update(configOf({ activityLog: false }))
  await world.open().update(configOf())
  expect(await world.open().reconcile()).toEqual([])
  expect((await world.see()).ACTIVITY_LOG).toEqual([])
})
