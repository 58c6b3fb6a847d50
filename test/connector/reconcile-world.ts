import type { Drift } from '../../src/connector/index.ts'
import { madeOnce } from './made-once.ts'
import { deliveryOf, provisioned, type World } from './world.ts'

export const SHARE = 'kadoa_acme'
export const V1 = 'tables/acme/kadoa/WF_SHOP__V1/0'
export const R1 = { runId: 'r1', day: 1 }
export const R2 = { runId: 'r2', day: 2 }

export const entry = (name: string) => ({ share: SHARE, schema: 'kadoa', name })

export function kinds(drifts: readonly Drift[]): string[] {
  return drifts.map(({ drift, mended }) => `${drift}: ${mended}`)
}

/** Two runs of a workflow are published. */
export const published = madeOnce(async (): Promise<World> => {
  const world = await provisioned()
  await world.open().publish(deliveryOf(R1))
  await world.open().publish(deliveryOf(R2))
  return world
})
