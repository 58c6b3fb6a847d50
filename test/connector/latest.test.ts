import { expect, test } from 'vitest'
import { keysOf } from '../keys-of.ts'
import { killedStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, provisioned } from './world.ts'

const PLACE = 'tables/acme/kadoa/WF_SHOP__LATEST/0/'

test.each([
  ['all of it', /./],
  ['the newest version', /_delta_log\/0+2\./],
])(
  'a latest table that has lost %s, which the share shows, is written anew elsewhere, and seen once it is published',
  async (_, lost) => {
    const { open, see, store } = await provisioned({ config: { activityLog: false } })
    for (const day of [1, 2]) await open().publish(deliveryOf({ runId: `r${day}`, day }))
    await store.delete((await keysOf(store, PLACE)).filter((key) => lost.test(key.slice(PLACE.length))))
    const left = await keysOf(store, PLACE)
    expect(await open().reconcile()).toMatchObject([
      { drift: 'pin', mended: false, remedy: 'publish another run of the workflow: that writes the table anew' },
    ])
    for (const day of [3, 4]) {
      const killed = killedStore(store, (request) => !request.startsWith('put sharing/shares/'))
      await expect(open(killed).publish(deliveryOf({ runId: `r${day}`, day }))).rejects.toThrow('killed')
    }
    expect(await keysOf(store, PLACE)).toEqual(left)
    await open().publish(deliveryOf({ runId: 'r5', day: 5 }))
    const seen = await see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(['r1', 'r2', 'r3', 'r4', 'r5'])
    expect(await open().reconcile()).toEqual([])
  },
)
