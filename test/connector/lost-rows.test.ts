import { expect, test } from 'vitest'
import { keysOf } from '../keys-of.ts'
import { killedStore } from './killed-store.ts'
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
