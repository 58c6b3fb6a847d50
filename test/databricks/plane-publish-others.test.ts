import { describe, expect, test } from 'vitest'
import { quoteName } from '../../src/databricks/sql.ts'
import type { DeltaError } from '../../src/errors.ts'
import { failureOf } from './failure-of.ts'
import { type Fate, PlaneWorld } from './plane-world.ts'
import { opened, SHOWN, shop } from './sales-world.ts'

describe('what is not the plane’s', () => {
  test('keeps its name in the share: ours is refused, and nothing is changed', async () => {
    const { world, share } = await opened()
    await world.provide('other.place.returns')
    await world.show('sales', 'other.place.returns', 'shop.RETURNS')
    world.changes()
    const error = await failureOf(world.plane().publish({ share, tables: [shop('Returns', 'returns')] }))
    expect([error.code, error.details.blame]).toEqual(['already-exists', 'kadoa'])
    expect(error.message).toMatch(/ALTER SHARE `sales` REMOVE TABLE `other`\.`place`\.`returns`/)
    expect(world.changes()).toEqual([])
  })

  test('stays in the share, in the schema and under its own name, and is told of', async () => {
    const { world, share } = await opened()
    await world.provide('other.place.mine')
    await world.provide('kadoa_prod.sales.mine')
    for (const table of ['other.place.mine', 'kadoa_prod.sales.mine']) {
      await world.show('sales', table, `theirs.${table.replaceAll('.', '_')}`)
    }
    const before = Object.keys(world.shown('sales')).filter((name) => name.startsWith('theirs'))
    await world.plane().publish({ share, tables: [shop('ORDERS', 'orders-2')] })
    const after = Object.keys(world.shown('sales'))
    expect(after).toEqual(['shop.orders', ...before])
    const findings = await world.plane().inspect({ share: 'sales', root: 'memory://tables' })
    expect(findings.filter(({ check }) => check === 'strange-object')).toHaveLength(2)
    await world.plane().dropShare('sales')
    expect(world.fake.tables.inSchema('kadoa_prod.sales')).toEqual(['kadoa_prod.sales.mine'])
    expect(world.warnings.join()).toMatch(/tables of others/)
  })

  test('may be a table that lies where ours is to: the refusal names it', async () => {
    const { world, share } = await opened()
    world.fake.tables.provide('other.place.squatter', 'memory://tables/returns')
    const error = await failureOf(world.plane().publish({ share, tables: [shop('RETURNS', 'returns')] }))
    expect(error.message).toContain('other.place.squatter')
    expect(world.shown('sales')).toEqual(SHOWN)
  })

  test('may be a share or a schema of the name that ours is to have', async () => {
    const world = new PlaneWorld()
    world.fake.namespaces.provideSchema('kadoa_prod.sales')
    expect((await failureOf(world.plane().createShare({ name: 'sales' }))).message).toMatch(/schema kadoa_prod\.sales/)
    await world.catalog().shares.create({ name: 'stock', comment: 'mine' })
    expect((await failureOf(world.plane().createShare({ name: 'stock' }))).code).toBe('already-exists')
  })
})

describe('a table of a share', () => {
  test('to which somebody gave another name there gets its own again', async () => {
    const { world, share } = await opened()
    const [table = ''] = world.fake.tables.inSchema('kadoa_prod.sales')
    const { shares } = world.catalog()
    await shares.update('sales', [
      { action: 'REMOVE', table },
      { action: 'ADD', table, sharedAs: 'shop.mine' },
    ])
    await world.plane().publish({ share, tables: [{ ...shop('ORDERS', 'orders-1'), version: 1 }] })
    expect(world.shown('sales')).toEqual({ 'shop.orders': 'orders-1' })
  })

  test.each([
    ['both are published', ['RETURNS', 'ORDERS']],
    ['one is published', ['ORDERS']],
  ])('that somebody exchanged names with gets its own again where %s', async (_, names) => {
    const { world, share } = await opened()
    const both = [shop('ORDERS', 'orders-1'), shop('RETURNS', 'returns')]
    const next = await world.plane().publish({ share, tables: both })
    const { shares } = world.catalog()
    const [one, other] = (await shares.get('sales')).objects
    const exchanged = [
      { table: one?.name ?? '', sharedAs: other?.sharedAs },
      { table: other?.name ?? '', sharedAs: one?.sharedAs },
    ]
    await shares.update('sales', [
      ...exchanged.map(({ table }) => ({ action: 'REMOVE', table }) as const),
      ...exchanged.map((each) => ({ action: 'ADD', ...each }) as const),
    ])
    const tables = names.flatMap((name) => both.filter((table) => table.name === name))
    await world.plane().publish({ share: next, tables: tables.map((table) => ({ ...table, version: 1 })) })
    const own = { 'shop.orders': 'orders-1', 'shop.returns': 'returns' }
    const gone = names.length === 2 ? {} : { 'shop.returns': undefined }
    expect({ ...world.shown('sales'), ...gone }).toEqual({ ...own, ...gone })
  })
})

test('a table whose owner is another is not seen: the publication is refused, and says what to grant to whom', async () => {
  const { world, share } = await opened()
  const [name = ''] = world.fake.tables.inSchema('kadoa_prod.sales')
  world.fake.metastore.privileges.own({ type: 'table', name }, 'somebody')
  world.fake.metastore.privileges.own({ type: 'schema', name: 'kadoa_prod.sales' }, 'somebody')
  expect(world.shown('sales')).toEqual({ 'shop.orders': 'orders-1 (PERMISSION_DENIED)' })
  expect((await world.plane().loadShare('sales')).tables).toEqual([])
  const error = await failureOf(
    world.plane().publish({ share, tables: [{ ...shop('ORDERS', 'orders-1'), version: 1 }] }),
  )
  expect([error.code, error.details.blame]).toEqual(['permission-denied', 'kadoa'])
  expect(error.message).toContain(`GRANT SELECT ON TABLE ${quoteName(name)} TO`)
  const findings = await world.plane().inspect({ share: 'sales', root: 'memory://tables' })
  expect(findings.filter(({ ok }) => !ok).map(({ check }) => check)).toContain('hidden-object')
})

test.each([
  ['moves a table and adds one', [shop('ORDERS', 'returns'), shop('MORE', 'more')]],
  // The call for it goes through, whatever others did: what it has changed is to be taken back.
  ['only adds one', [shop('MORE', 'more')]],
])(
  'a publisher that %s and slept before any request, while others published twice, undoes nothing of theirs',
  async (_, tables) => {
    const seen = new Set<string>()
    for (let at = 1; ; at++) {
      const { world, share } = await opened()
      await world.newTable('more')
      let changes = 0
      const sleeper: Fate = {
        async pass(isChange, request) {
          if (isChange && ++changes === at) {
            const rival = world.plane()
            const now = await rival.loadShare('sales')
            const next = await rival.publish({ share: now, tables: [shop('ORDERS', 'orders-2')] })
            await rival.publish({ share: next, tables: [{ ...shop('ORDERS', 'orders-2'), version: 1 }] })
          }
          return request()
        },
      }
      const attempt = world.plane({}, sleeper).publish({ share, tables })
      const end = await attempt.then(
        () => 'published',
        (error: DeltaError) => error.code,
      )
      if (changes < at) break
      seen.add(end)
      const more = end === 'published' ? { 'shop.more': 'more' } : {}
      expect([at, end, world.shown('sales')]).toEqual([at, end, { ...more, 'shop.orders': 'orders-2' }])
    }
    expect(seen).toContain('conflict')
  },
)
