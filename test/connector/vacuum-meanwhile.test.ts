import { expect, test } from 'vitest'
import { killedStore, sleepingStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, provisioned } from './world.ts'

const R2 = { runId: 'r2', day: 2 }

test.each<[string, (world: Awaited<ReturnType<typeof provisioned>>) => Promise<unknown>]>([
  ['delivered again', ({ open }) => open().publish(deliveryOf(R2))],
  ['reconciled', ({ open }) => open().reconcile()],
])(
  'files of a run that died days ago are not vacuumed once it is %s, though the vacuum had seen them',
  async (_, goOn) => {
    const world = await provisioned()
    await world.open().publish(deliveryOf({ runId: 'r1', day: 1 }))
    const dying = killedStore(world.store, (request) => !/^put .*WF_SHOP__V1\/.*_delta_log/.test(request))
    await expect(world.open(dying).publish(deliveryOf(R2))).rejects.toThrow()
    await world.runtime.sleep(8 * 86_400_000)
    const { store, asleep, wake } = sleepingStore(world.store, /^delete tables\/acme\/kadoa\/WF_SHOP__V1\//)
    const maintained = world.open(store).maintain()
    await Promise.race([asleep, maintained])
    await goOn(world)
    wake()
    await maintained
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(['r1', 'r2'])
  },
)
