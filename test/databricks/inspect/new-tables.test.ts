import { describe, expect, test } from 'vitest'
import { catalogTableName } from '../../../src/databricks/table-name.ts'
import { refusing } from '../../fakes/unity-catalog/index.ts'
import { PlaneWorld } from '../plane-world.ts'

const METASTORE = 'aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016'
const about = { share: 'sales', root: 'memory://tables', sharingIdentifier: METASTORE }
const place = { type: 'external_location', name: 'tables' } as const

describe('what stands in the way of new tables', () => {
  const toShow = (name: string) => ({ schema: 'shop', name, location: `memory://tables/${name.toLowerCase()}` })
  const only = 'new-tables'

  async function hindrances(
    world: PlaneWorld,
    given: Partial<Parameters<PlaneWorld['plane']>[0]> = {},
    ...names: string[]
  ) {
    const tables = names.map(toShow)
    const findings = await world.plane(given).inspect({ ...about, only, tables })
    return findings.filter(({ ok }) => !ok)
  }

  async function withShare(): Promise<PlaneWorld> {
    const world = new PlaneWorld()
    await world.plane().createShare({ name: 'sales' })
    world.fake.calls.splice(0)
    return world
  }

  test('is nothing in a workspace that is set up, and costs nine requests and one for each table', async () => {
    const world = await withShare()
    expect(await hindrances(world, {}, 'A', 'B')).toEqual([])
    expect(
      world.fake.calls.map(
        ({ method, path }) => `${method} ${path.replace(/^\W*api\/2.0\//, '').replace(/[/?].*/, '')}`,
      ),
    ).toEqual([
      'GET preview',
      'GET metastore_summary',
      'GET catalogs',
      'GET schemas',
      'GET effective-permissions',
      'GET effective-permissions',
      'GET external-locations',
      'GET effective-permissions',
      'GET shares',
      'GET tables',
      'GET tables',
    ])
  })

  test('is a share without room: for whom there is none is told one by one, by whose move there is', async () => {
    const world = await withShare()
    await world.provide('other.place.theirs')
    await world.show('sales', 'other.place.theirs', 'theirs.table')
    const found = await hindrances(world, { tablesPerShare: 2 }, 'A', 'B', 'C')
    expect(found).toMatchObject([
      { check: 'quota', blame: 'databricks', table: toShow('B') },
      { check: 'quota', blame: 'databricks', table: toShow('C') },
    ])
    expect(found[0]).toMatchObject({ message: /cannot show 3 tables: Databricks allows 2/, remedy: /take the tables/ })
  })

  test('is a name that somebody else has, in the share or in Unity Catalog: the table next to it has its room', async () => {
    const world = await withShare()
    await world.provide('other.place.theirs')
    await world.show('sales', 'other.place.theirs', 'shop.A')
    await world.provide(`kadoa_prod.sales.${catalogTableName('B', toShow('B').location)}`)
    expect(await hindrances(world, { tablesPerShare: 2 }, 'A', 'B', 'C')).toMatchObject([
      {
        check: 'taken-name',
        table: toShow('A'),
        remedy: /^the owner of the share runs: ALTER SHARE `sales` REMOVE TABLE/,
      },
      { check: 'taken-name', table: toShow('B'), remedy: /^its owner .*drops or renames it/ },
    ])
  })

  test.each<[string, (world: PlaneWorld) => unknown, string]>([
    ['access from outside', ({ fake }) => (fake.metastore.externalAccessEnabled = false), 'external-access'],
    [
      'an external location that may be written',
      ({ fake }) =>
        fake.troubles.on(/^GET external-locations/, {
          instead: Response.json({ external_locations: [{ ...place, url: 'memory://tables', read_only: true }] }),
        }),
      'external-location',
    ],
    ['a privilege', ({ fake }) => fake.metastore.privileges.revoke(place, ['CREATE_EXTERNAL_TABLE']), 'privileges'],
  ])('is %s that is wanting', async (_, spoil, check) => {
    const world = await withShare()
    spoil(world)
    expect(await hindrances(world, {}, 'A')).toMatchObject([{ check }])
  })

  test('is that the share hides it, which showing it again does not change; one that was dropped comes back so', async () => {
    const world = await withShare()
    const plane = world.plane()
    const tables = ['A', 'B'].map(toShow)
    for (const { name } of tables) await world.newTable(name.toLowerCase())
    await plane.publish({ share: await plane.loadShare('sales'), tables })
    const [a = '', b = ''] = world.fake.tables.inSchema('kadoa_prod.sales')
    await world.catalog().tables.delete(b)
    expect(await hindrances(world, {}, 'A', 'B')).toEqual([])
    world.fake.metastore.privileges.own({ type: 'table', name: a }, 'somebody')
    world.fake.metastore.privileges.own({ type: 'schema', name: 'kadoa_prod.sales' }, 'somebody')
    expect((await hindrances(world, {}, 'A', 'B')).filter(({ table }) => table !== undefined)).toMatchObject([
      { check: 'hidden-object', table: toShow('A'), remedy: expect.stringContaining('GRANT SELECT') },
    ])
  })

  test('is a SQL warehouse that is wanting, where tables are registered on one', async () => {
    expect(await hindrances(await withShare(), { registration: { warehouseId: 'none' } }, 'A')).toMatchObject([
      { check: 'warehouse' },
    ])
  })

  test('is no privilege that a group may have whose grants we may not see', async () => {
    const world = await withShare()
    world.fake.metastore.privileges.revoke(place, ['CREATE_EXTERNAL_TABLE'])
    world.fake.troubles.on(
      /^GET effective-permissions\/external_location\/[^?]*\?(?!.*principal)/,
      refusing(403, 'PERMISSION_DENIED', 'User is not an owner'),
    )
    expect(await hindrances(world, {}, 'A')).toEqual([])
  })

  test('is no setting of the metastore that is not told', async () => {
    const world = await withShare()
    const summary = { metastore_id: 'm', global_metastore_id: METASTORE, name: 'main' }
    world.fake.troubles.on(/^GET metastore_summary/, { instead: Response.json(summary) })
    expect(await hindrances(world, {}, 'A')).toEqual([])
  })

  test('is not what may not be looked at', async () => {
    const world = await withShare()
    world.fake.troubles.on(/^GET metastore_summary/, refusing(403, 'PERMISSION_DENIED', 'No access'))
    expect(await hindrances(world, {}, 'A')).toEqual([])
  })
})
