import type { Share } from '../../src/manifest/index.ts'
import { PlaneWorld } from './plane-world.ts'

export const shop = (name: string, location: string) => ({
  schema: 'shop',
  name,
  location: `memory://tables/${location}`,
})

export interface Opened {
  readonly world: PlaneWorld
  readonly share: Share
}

/** A share that shows ORDERS, at `orders-1`; `orders-2` and `returns` are there too. */
export async function opened(): Promise<Opened> {
  const world = new PlaneWorld()
  for (const name of ['orders-1', 'orders-2', 'returns']) await world.newTable(name)
  const plane = world.plane()
  const tables = [{ ...shop('ORDERS', 'orders-1'), version: 0, history: true }]
  const share = await plane.publish({ share: await plane.createShare({ name: 'sales' }), tables })
  world.fake.calls.splice(0)
  return { world, share }
}

/** What the share shows then. */
export const SHOWN = { 'shop.orders': 'orders-1' }
