import { expect } from 'vitest'
import { killedStore } from './killed-store.ts'
import { deliveryOf, type Given, provisioned, type World } from './world.ts'

/** A world in which a process died when its run was staged, just before its rows were in their table; another is published. */
export async function diedWhenStaged(published: Given, staged: Given): Promise<World> {
  const world = await provisioned({ config: { activityLog: false } })
  await world.open().publish(deliveryOf(published))
  const store = killedStore(world.store, (request) => !request.startsWith('put connectors/acme/pending/'))
  await expect(world.open(store).publish(deliveryOf(staged))).rejects.toThrow('killed')
  return world
}
