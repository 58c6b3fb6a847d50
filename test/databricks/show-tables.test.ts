import { expect, test } from 'vitest'
import { catalogTableName } from '../../src/databricks/table-name.ts'
import { refusing } from '../fakes/unity-catalog/index.ts'
import { type Fate, PlaneWorld } from './plane-world.ts'

const ORDERS = { schema: 'shop', name: 'ORDERS', location: 'memory://tables/orders', version: 1 }

test.each([
  ['as it was to be', { history: true, startVersion: 0 }, 'POST tables,PATCH shares/sales'],
  ['without its history', { history: false }, 'POST tables,PATCH shares/sales,PATCH shares/sales'],
])('a table that somebody else adds first, %s, is compared and counts as added', async (_, said, expected) => {
  const world = new PlaneWorld()
  await world.newTable('orders')
  const share = await world.plane().createShare({ name: 'sales' })
  world.changes()
  let isFirst = true
  const rival: Fate = {
    async pass(isChange, request) {
      const [table] = isChange && isFirst ? world.fake.tables.inSchema('kadoa_prod.sales') : []
      if (table === undefined) return request()
      isFirst = false
      const seen = world.fake.calls.length
      await world.catalog().shares.update('sales', [{ action: 'ADD', table, sharedAs: 'shop.orders', ...said }])
      world.fake.calls.splice(seen)
      return request()
    },
  }
  const published = await world.plane({}, rival).publish({ share, tables: [{ ...ORDERS, history: true }] })
  expect(isFirst).toBe(false)
  const changes = world.changes()
  expect([published.generation, changes.filter((call) => !call.startsWith('GET')).join()]).toEqual([1, expected])
  const [object] = (await world.catalog().shares.get('sales')).objects
  expect(object).toMatchObject({ sharedAs: expect.stringMatching(/^shop\.orders$/i), history: true, startVersion: 0 })
})

test('a table that the catalog does not see at once after it was registered is waited for', async () => {
  const world = new PlaneWorld()
  await world.newTable('orders')
  const share = await world.plane().createShare({ name: 'sales' })
  world.fake.troubles.on(/^PATCH shares/, refusing(404, 'TABLE_DOES_NOT_EXIST', 'no such table'), 3)
  const start = world.fake.runtime.now()
  await world.plane().publish({ share, tables: [ORDERS] })
  expect(world.fake.runtime.now() - start).toBe(1000 + 2000)
  expect(world.shown('sales')).toEqual({ 'shop.orders': 'orders' })
})

test('a table that is registered already, and not seen at once, is looked for again', async () => {
  const world = new PlaneWorld()
  const location = await world.newTable('orders')
  const share = await world.plane().createShare({ name: 'sales' })
  const fullName = `kadoa_prod.sales.${catalogTableName('ORDERS', location)}`
  world.fake.tables.provide(fullName, location)
  world.fake.troubles.on(/^GET tables\/kadoa_prod/, refusing(404, 'TABLE_DOES_NOT_EXIST', 'no such table'), 3)
  await world.plane().publish({ share, tables: [ORDERS] })
  expect(world.shown('sales')).toEqual({ 'shop.orders': 'orders' })
})
