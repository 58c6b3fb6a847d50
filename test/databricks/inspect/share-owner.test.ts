import { expect, test } from 'vitest'
import { PlaneWorld } from '../plane-world.ts'

const about = { share: 'sales', root: 'memory://tables' }

/** What fails, of all or of what a new table takes. */
async function failing(world: PlaneWorld, more: object = {}): Promise<[string, string][]> {
  const findings = await world.plane().inspect({ ...about, ...more })
  return findings.flatMap(({ ok, check, remedy }): [string, string][] => (ok ? [] : [[check, remedy]]))
}

test('a share that was handed over is told of, before a table more is committed too, and is ours through a group', async () => {
  const world = new PlaneWorld()
  await world.plane().createShare({ name: 'sales' })
  const tables = [{ schema: 'shop', name: 'ORDERS', location: 'memory://tables/orders' }]
  const newTables = { only: 'new-tables', tables } as const
  expect(await failing(world, newTables)).toEqual([])
  world.fake.shares.handOver('sales', 'admins')
  const handedOver = ['share-owner', expect.stringContaining('ALTER SHARE `sales` OWNER TO `sp-uuid`')]
  expect(await failing(world)).toEqual([handedOver])
  expect(await failing(world, newTables)).toEqual([handedOver])
  world.fake.metastore.privileges.groups.push('admins')
  expect(await failing(world)).toEqual([])
})
