import { describe, expect, test } from 'vitest'
import { createTable, openTable } from '../../src/table/index.ts'
import { answerLost, refusing } from '../fakes/unity-catalog/index.ts'
import { failureOf } from './failure-of.ts'
import { type Fate, PlaneWorld } from './plane-world.ts'
import { type Opened, opened, SHOWN, shop } from './sales-world.ts'

describe('a publication', () => {
  test('that moves no name costs one look at the share and changes nothing in the catalog', async () => {
    const { world, share } = await opened()
    await world.plane().publish({ share, tables: [{ ...shop('ORDERS', 'orders-1'), version: 1 }] })
    const paths = world.fake.calls.map(({ method, path }) => `${method} ${path}`)
    expect(paths).toEqual(['GET shares/sales?include_shared_data=true'])
  })

  test('moves a name by removing and adding it in one call, and forgets the place it came from', async () => {
    const { world, share } = await opened()
    await world.plane().publish({ share, tables: [shop('ORDERS', 'orders-2')] })
    const patches = world.fake.calls.filter(({ method }) => method === 'PATCH').map(({ body }) => body)
    expect(patches).toHaveLength(1)
    expect(patches[0]).toMatchObject({
      updates: [{ action: 'REMOVE' }, { action: 'ADD', data_object: { shared_as: 'shop.ORDERS' } }],
    })
    expect(world.shown('sales')).toEqual({ 'shop.orders': 'orders-2' })
    expect(world.fake.tables.inSchema('kadoa_prod.sales')).toHaveLength(1)
  })

  test('lets history begin later, as after a retraction, by adding the name anew', async () => {
    const { world, share } = await opened()
    await world.plane().publish({ share, tables: [{ ...shop('ORDERS', 'orders-1'), version: 1, startVersion: 1 }] })
    const [patch] = world.fake.calls.filter(({ method }) => method === 'PATCH')
    const shared_as = 'shop.ORDERS'
    expect(patch?.body).toMatchObject({
      updates: [{ action: 'REMOVE' }, { action: 'ADD', data_object: { shared_as, start_version: 1 } }],
    })
  })

  test('says that history is shared without a word about the name', async () => {
    const { world, share } = await opened()
    const next = await world.plane().publish({ share, tables: [{ ...shop('ORDERS', 'orders-1'), history: false }] })
    await world.plane().publish({ share: next, tables: [{ ...shop('ORDERS', 'orders-1'), history: true }] })
    const updates = world.fake.calls.filter(({ method }) => method === 'PATCH').map(({ body }) => JSON.stringify(body))
    expect(updates).toHaveLength(2)
    expect(updates.every((body) => body.includes('UPDATE') && !body.includes('shared_as'))).toBe(true)
  })

  test('that was prepared has its tables registered, unless its publisher slept while others published', async () => {
    const { world, share: slept } = await opened()
    const changed = { share: slept, tables: [{ ...shop('ORDERS', 'orders-1'), version: 1 }] }
    const awake = await world.plane().publish(changed)
    world.changes()
    const tables = [shop('RETURNS', 'returns')]
    expect(await failureOf(world.plane().prepare({ share: slept, tables }))).toMatchObject({ code: 'conflict' })
    expect(world.changes()).toEqual([])
    await world.plane().prepare({ share: awake, tables })
    expect([world.changes(), world.shown('sales')]).toEqual([['POST tables'], SHOWN])
  })

  test('that fits into no share is refused before anything is done, and says whose move it is', async () => {
    const { world, share } = await opened()
    const tables = [shop('RETURNS', 'returns'), shop('MORE', 'orders-2')]
    const error = await failureOf(world.plane({ tablesPerShare: 2 }).publish({ share, tables }))
    expect([error.code, error.details.blame]).toEqual(['unsupported', 'databricks'])
    expect(error.message).toMatch(/Databricks allows 2 in a share/)
    expect(world.changes()).toEqual([])
    await world.plane({ tablesPerShare: 2 }).publish({ share, tables: [shop('RETURNS', 'returns')] })
    expect(world.warnings).toEqual(['share sales shows 2 tables of the 2 that it may'])
  })

  test('of partitions, or of names that Unity Catalog would keep otherwise, is refused by name', async () => {
    const { world, share } = await opened()
    const dashed = await failureOf(world.plane().publish({ share, tables: [shop('ORDER-S', 'returns')] }))
    expect([dashed.code, dashed.message]).toEqual(['invalid-argument', expect.stringContaining('"ORDER-S"')])
    const long = await failureOf(world.plane().publish({ share, tables: [shop('A'.repeat(201), 'returns')] }))
    expect([long.code, long.message]).toEqual(['invalid-argument', expect.stringContaining('1 to 200 letters')])
    const partition = { country: 'DE' }
    const parts = await failureOf(world.plane().publish({ share, tables: [{ ...shop('A', 'returns'), partition }] }))
    expect([parts.code, parts.details.feature]).toEqual(['unsupported', 'partition filter'])
    expect(world.changes()).toEqual([])
  })

  test('of columns that change where they lie has Unity Catalog read them anew', async () => {
    const world = new PlaneWorld()
    const registration = { warehouseId: world.fake.statements.warehouseId }
    const plane = world.plane({ registration, latest: 'in-place' })
    const location = 'memory://tables/mutable'
    const store = world.tableAt(location)
    await createTable(location, { store, rows: [{ n: 1 }] })
    const shown = { schema: 'shop', name: 'LATEST', location, version: 0 }
    const share = await plane.publish({ share: await plane.createShare({ name: 'sales' }), tables: [shown] })
    const table = await openTable(location, { store })
    await table.append([{ n: 2 }])
    const next = await plane.publish({ share, tables: [{ ...shown, version: 1 }] })
    expect(world.fake.calls.filter(({ body }) => JSON.stringify(body ?? '').includes('REPAIR'))).toEqual([])
    await table.overwrite([{ m: 'x' }], {
      schema: { type: 'struct', fields: [{ name: 'm', type: 'string', nullable: true, metadata: {} }] },
    })
    await plane.publish({ share: next, tables: [{ ...shown, version: 2 }] })
    expect(world.fake.calls.filter(({ body }) => JSON.stringify(body ?? '').includes('REPAIR'))).toHaveLength(1)
  })
})

describe('a publication of two calls', () => {
  const many = Array.from({ length: 120 }, (_, i) => shop(`T${i}`, `many-${i}`))

  async function withMany(): Promise<Opened> {
    const { world, share } = await opened()
    for (const { location } of many) await world.newTable(location.replace('memory://tables/', ''))
    return { world, share }
  }

  test('of which the second is refused takes the first back', async () => {
    const { world, share } = await withMany()
    let patches = 0
    const second: Fate = {
      async pass(isChange, request) {
        if (isChange && world.fake.shares.shown()[0]?.objects.length === 101 && patches++ === 0) {
          world.fake.troubles.on(/^PATCH shares/, refusing(403, 'PERMISSION_DENIED', 'User is not an owner'))
        }
        return request()
      },
    }
    const error = await failureOf(world.plane({}, second).publish({ share, tables: many }))
    expect(error.code).toBe('permission-denied')
    expect(world.shown('sales')).toEqual(SHOWN)
    expect((await world.plane().loadShare('sales')).generation).toBe(share.generation)
  })

  /** Sixty names are shown, and all are to move: 120 changes. */
  async function moving() {
    const { world, share } = await withMany()
    const [before, after] = [many.slice(0, 60), many.slice(60)]
    const shown = await world.plane().publish({ share, tables: before })
    const next = after.map((table, i) => ({ ...table, name: `T${i}` }))
    const placesOf = (count: number) =>
      Object.fromEntries(next.map((_, i) => [`shop.t${i}`, i < count ? `many-${i + 60}` : `many-${i}`]))
    world.fake.calls.splice(0)
    return { world, share: shown, next, placesOf }
  }

  test('between which the publisher dies shows every name once, moved or not, until another publishes it', async () => {
    const { world, share, next, placesOf } = await moving()
    let patches = 0
    const death: Fate = {
      async pass(isChange, request) {
        patches = world.fake.calls.filter(({ method }) => method === 'PATCH').length
        if (patches > 0 && isChange) throw new TypeError('this publisher is dead')
        return request()
      },
    }
    await expect(world.plane({}, death).publish({ share, tables: next })).rejects.toThrow()
    expect(patches).toBe(1)
    expect(world.shown('sales')).toEqual({ ...SHOWN, ...placesOf(50) })
    const about = { share: 'sales', root: 'memory://tables' }
    const failing = (await world.plane().inspect(about)).filter(({ ok }) => !ok)
    expect(failing.map(({ check }) => check)).toEqual(Array(50).fill('unpublished'))
    const unmoved = await world.plane().loadShare('sales')
    expect(unmoved.generation).toBe(share.generation)
    await world.plane().publish({ share: { ...unmoved }, tables: next })
    expect(world.shown('sales')).toEqual({ ...SHOWN, ...placesOf(60) })
    expect((await world.plane().inspect(about)).filter(({ ok }) => !ok)).toEqual([])
  })

  test('between which the publisher dies goes back to what was published where another publishes something else', async () => {
    const { world, share, next, placesOf } = await moving()
    let isDead = false
    const death: Fate = {
      async pass(isChange, request) {
        if (isDead) throw new TypeError('this publisher is dead')
        const answer = await request()
        isDead = isChange && world.fake.calls.at(-1)?.method === 'PATCH'
        return answer
      },
    }
    await expect(world.plane({}, death).publish({ share, tables: next })).rejects.toThrow()
    expect(world.shown('sales')).toEqual({ ...SHOWN, ...placesOf(50) })
    const left = await world.plane().loadShare('sales')
    await world.plane().publish({ share: left, tables: [{ ...shop('ORDERS', 'orders-2'), version: 0 }] })
    expect(world.shown('sales')).toEqual({ 'shop.orders': 'orders-2', ...placesOf(0) })
  })

  test('of which an answer is lost is completed', async () => {
    const { world, share } = await withMany()
    world.fake.troubles.on(/^PATCH shares/, answerLost)
    const next = await world.plane().publish({ share, tables: many })
    expect(next.tables).toHaveLength(121)
    expect(Object.keys(world.shown('sales'))).toHaveLength(121)
  })
})

describe('a table of a share', () => {
  test('of which the workspace does not tell since when its history is shared stays as it is', async () => {
    const { world, share } = await opened()
    const tables = [{ ...shop('ORDERS', 'orders-1'), version: 1, history: true, startVersion: 1 }]
    const { name, owner, objects } = await world.catalog().shares.get('sales')
    const [object] = objects
    const told = {
      name: object?.name,
      shared_as: object?.sharedAs,
      history_data_sharing_status: 'ENABLED',
      status: 'ACTIVE',
    }
    world.fake.troubles.on(/^GET shares\/sales\?/, { instead: Response.json({ name, owner, objects: [told] }) }, 100)
    await world.plane().publish({ share, tables })
    expect(world.changes()).toEqual([])
  })

  test('that the workspace tells of otherwise whatever is asked ends in an error that says so', async () => {
    const { world, share } = await opened()
    const { name, owner } = await world.catalog().shares.get('sales')
    const instead = Response.json({ name, owner, objects: [] })
    world.fake.troubles.on(/^GET shares\/sales\?/, { instead }, 100)
    world.fake.troubles.on(/^PATCH shares\/sales$/, { instead: Response.json({}) }, 100)
    const error = await failureOf(world.plane().publish({ share, tables: [shop('RETURNS', 'returns')] }))
    expect([error.code, error.message]).toEqual([
      'conflict',
      expect.stringContaining('does not stay as it was asked for'),
    ])
  })
})
