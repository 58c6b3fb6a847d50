import { expect, test } from 'vitest'
import { quoteName } from '../../src/databricks/sql.ts'
import type { Share } from '../../src/manifest/index.ts'
import { refusing } from '../fakes/unity-catalog/index.ts'
import { type Fate, PlaneWorld, Strike } from './plane-world.ts'

const about = { share: 'sales', root: 'memory://tables' }
const orders = {
  schema: 'shop',
  name: 'ORDERS',
  location: 'memory://tables/orders',
  version: 1,
  history: true,
  startVersion: 1,
}
const SHOWN = { 'shop.orders': 'orders' }

interface Opened {
  readonly world: PlaneWorld
  readonly share: Share
  /** The full name in Unity Catalog of the table that the share shows. */
  readonly table: string
}

async function opened(): Promise<Opened> {
  const world = new PlaneWorld()
  await world.newTable('orders')
  const plane = world.plane()
  const share = await plane.publish({ share: await plane.createShare({ name: 'sales' }), tables: [orders] })
  const [table = ''] = world.fake.tables.inSchema('kadoa_prod.sales')
  await world.fake.runtime.sleep(60_000)
  return { world, share, table }
}

async function failing(world: PlaneWorld): Promise<string[]> {
  return (await world.plane().inspect(about)).filter(({ ok }) => !ok).map(({ check }) => check)
}

/** As somebody does by hand who means well. */
async function registerAgain({ world, table }: Opened): Promise<void> {
  const [, schema = '', name = ''] = table.split('.')
  await world.catalog().tables.create({ catalog: 'kadoa_prod', schema, name, location: orders.location, columns: [] })
}

test('a table that was dropped beneath its share is told with both ways back, and one of them is to undrop it', async () => {
  const { world, share, table } = await opened()
  await world.catalog().tables.delete(table)
  const findings = (await world.plane().inspect(about)).filter(({ ok }) => !ok)
  expect(findings).toMatchObject([{ check: 'dropped-table', blame: 'kadoa' }])
  expect(findings[0]?.remedy).toMatch(new RegExp(`within 7 days: UNDROP TABLE ${quoteName(table)}; or reconcile`))
  world.fake.tables.undrop(table)
  world.changes()
  await world.plane().publish({ share, tables: [orders] })
  expect([await failing(world), world.changes(), world.shown('sales')]).toEqual([[], [], SHOWN])
})

test.each<[string, (opened: Opened) => Promise<unknown>]>([
  ['dropped', async () => {}],
  ['dropped, and registered again by hand under its name', registerAgain],
  [
    'dropped, and taken out of the share',
    ({ world, table }) => world.catalog().shares.update('sales', [{ action: 'REMOVE', table }]),
  ],
])('a table that was %s is shown again to whom publishes it, under its own name, however often', async (_, spoil) => {
  const first = await opened()
  const { world } = first
  let { table, share } = first
  for (let time = 0; time < 3; time++) {
    await world.catalog().tables.delete(table)
    await spoil({ world, share, table })
    expect(world.shown('sales')).not.toEqual(SHOWN)
    share = await world.plane().publish({ share, tables: [orders] })
    expect(world.shown('sales')).toEqual(SHOWN)
    const [{ name = '', history, startVersion } = {}] = (await world.catalog().shares.get('sales')).objects
    expect([name.replace(/__\d+$/, ''), history, startVersion]).toEqual([first.table, true, 1])
    expect([await failing(world), (await world.plane().loadShare('sales')).tables]).toMatchObject([[], [orders]])
    expect(world.fake.tables.inSchema('kadoa_prod.sales')).toEqual([name])
    expect(world.warnings.splice(0).join()).toContain(`it is registered anew, as ${name}`)
    world.changes()
    share = await world.plane().publish({ share, tables: [{ ...orders, startVersion: 1 }] })
    expect(world.changes()).toEqual([])
    table = name
    await world.fake.runtime.sleep(60_000)
  }
  await world.plane().dropShare('sales')
  expect(world.fake.namespaces.schemas).toEqual([])
})

test('a publication that names no table shows those again that were dropped, and a publisher may die at any request of it', async () => {
  for (let at = 1; ; at++) {
    const { world, share, table } = await opened()
    await world.catalog().tables.delete(table)
    const strike = new Strike(at, 'dies after')
    await world
      .plane({}, strike)
      .publish({ share, tables: [], touch: true })
      .catch(() => {})
    const next = await world.plane().loadShare('sales')
    await world.plane().publish({ share: next, tables: [], touch: true })
    expect([at, world.shown('sales'), await failing(world)]).toEqual([at, SHOWN, []])
    if (!strike.struck) break
    expect(at).toBeLessThan(10)
  }
})

test('a table that only its reader may not read is not registered anew: what helps is the grant', async () => {
  const { world, table } = await opened()
  world.fake.metastore.privileges.own({ type: 'table', name: table }, 'somebody')
  world.fake.metastore.privileges.own({ type: 'schema', name: 'kadoa_prod.sales' }, 'somebody')
  expect(await failing(world)).toContain('hidden-object')
  const share = await world.plane().loadShare('sales')
  world.changes()
  await world.plane().publish({ share, tables: [], touch: true })
  expect(world.changes()).toEqual([])
})

test('a table that was dropped, taken out and registered again by hand comes back once that registration is dropped, as the refusal says', async () => {
  const first = await opened()
  const { world, table } = first
  await world.catalog().tables.delete(table)
  await world.catalog().shares.update('sales', [{ action: 'REMOVE', table }])
  await registerAgain(first)
  const publish = async () => world.plane().publish({ share: await world.plane().loadShare('sales'), tables: [orders] })
  await expect(publish()).rejects.toMatchObject({
    code: 'invalid-argument',
    details: { blame: 'kadoa' },
    message: expect.stringContaining(`its owner runs: DROP TABLE ${quoteName(table)}, which leaves its files, and`),
  })
  expect(world.shown('sales')).toEqual({})
  await world.catalog().tables.delete(table)
  await publish()
  expect([world.shown('sales'), await failing(world)]).toEqual([SHOWN, []])
})

test('the same is said where Databricks keeps on calling it shared already', async () => {
  const first = await opened()
  const { world, table } = first
  await world.catalog().shares.update('sales', [{ action: 'REMOVE', table }])
  const share = await world.plane().loadShare('sales')
  world.fake.troubles.on(/^PATCH shares/, refusing(400, 'RESOURCE_ALREADY_EXISTS', 'Already shared'), 9)
  await expect(world.plane().publish({ share, tables: [orders] })).rejects.toMatchObject({
    code: 'already-exists',
    message: expect.stringContaining('DROP TABLE'),
  })
})

test('a table that was never published is refused without a word of a registration by hand', async () => {
  const { world, share } = await opened()
  await world.newTable('returns')
  world.fake.troubles.on(/^PATCH shares/, refusing(400, 'INVALID_PARAMETER_VALUE', 'No such table'))
  const returns = { ...orders, name: 'RETURNS', location: 'memory://tables/returns' }
  await expect(world.plane().publish({ share, tables: [returns] })).rejects.toThrow(/^((?!DROP TABLE).)*No such table/)
})

test('what Databricks refused is told also where the ledger cannot be read by then', async () => {
  const { world, share } = await opened()
  await world.newTable('returns')
  world.fake.troubles.on(/^PATCH shares/, refusing(400, 'INVALID_PARAMETER_VALUE', 'No such table'))
  let hasChanged = false
  const fate: Fate = {
    async pass(isChange, request) {
      const answer = await request()
      if (hasChanged && !(answer instanceof Response)) throw new TypeError('the store is gone')
      hasChanged ||= isChange && answer instanceof Response && answer.status >= 400
      return answer
    },
  }
  const returns = { ...orders, name: 'RETURNS', location: 'memory://tables/returns' }
  await expect(world.plane({}, fate).publish({ share, tables: [returns] })).rejects.toThrow('No such table')
})
