import { expect, test } from 'vitest'
import { type Fate, PlaneWorld } from './plane-world.ts'

const shop = (name: string, location: string) => ({ schema: 'shop', name, location: `memory://tables/${location}` })
const MOVED = [shop('ORDERS', 'orders-2'), shop('RETURNS', 'returns-2')]
const BEFORE = [shop('ORDERS', 'orders-1'), shop('RETURNS', 'returns-1')]

async function opened() {
  const world = new PlaneWorld()
  for (const name of ['orders-1', 'orders-2', 'returns-1', 'returns-2']) await world.newTable(name)
  const plane = world.plane()
  const share = await plane.publish({ share: await plane.createShare({ name: 'sales' }), tables: BEFORE })
  world.fake.calls.splice(0)
  return { world, share }
}

const drops = (world: PlaneWorld) => world.fake.calls.filter(({ method }) => method === 'DELETE').length

test('tables that moved are forgotten where they lay before', async () => {
  const { world, share } = await opened()
  await world.plane().publish({ share, tables: MOVED })
  expect(drops(world)).toBe(2)
  expect(world.fake.tables.inSchema('kadoa_prod.sales')).toHaveLength(2)
})

test('what somebody shows again between two of them is not forgotten', async () => {
  const { world, share } = await opened()
  let hasSlept = false
  const sleeper: Fate = {
    async pass(_, request) {
      const answer = await request()
      if (hasSlept || drops(world) === 0) return answer
      hasSlept = true
      const plane = world.plane()
      await plane.publish({ share: await plane.loadShare('sales'), tables: BEFORE })
      return answer
    },
  }
  await world.plane({}, sleeper).publish({ share, tables: MOVED })
  expect(hasSlept).toBe(true)
  expect(world.shown('sales')).toEqual({ 'shop.orders': 'orders-1', 'shop.returns': 'returns-1' })
})
