import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { ShareChange } from '../../src/databricks/index.ts'
import type { ShownTable } from '../../src/manifest/index.ts'
import { answerLost, FakeDatabricks, NOW } from '../fakes/unity-catalog/index.ts'
import { clientOf } from './client-of.ts'
import { PlaneWorld } from './plane-world.ts'

const METASTORE = 'aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016'
const DAY = 86_400_000

/** What whoever knows such APIs gets wrong in this one first, each with the tests that hold it. */
describe('a failure and an end that do not look like it', () => {
  test('a statement that failed is answered with 200', async () => {
    const fake = new FakeDatabricks()
    const { warehouseId } = fake.statements
    await expect(clientOf(fake).statements.run({ warehouseId, statement: 'SELECT nonsense' })).rejects.toMatchObject({
      code: 'invalid-argument',
    })
  })

  test('a page without items is not the last', async () => {
    const { shares } = clientOf(new FakeDatabricks())
    for (const name of ['a', 'b', 'c']) await shares.create({ name })
    expect((await shares.list()).map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })

  test('a share tells of its objects only where it is asked to', async () => {
    const fake = new FakeDatabricks()
    const { shares } = clientOf(fake)
    fake.tables.provide('c.s.t')
    await shares.create({ name: 'sales' })
    await shares.update('sales', [{ action: 'ADD', table: 'c.s.t' }])
    const headers = { authorization: `Bearer ${fake.token}` }
    const unasked = await fake.fetch(`${fake.url}/api/2.1/unity-catalog/shares/sales`, { headers })
    expect(await unasked.json()).not.toHaveProperty('objects')
    expect((await shares.get('sales')).objects).toHaveLength(1)
  })
})

const shop = (name: string, location: string): ShownTable => ({
  schema: 'shop',
  name,
  location: `memory://tables/${location}`,
})
const updatesShape = z.object({
  updates: z.array(
    z.object({ action: z.string(), data_object: z.object({ name: z.string(), shared_as: z.string().optional() }) }),
  ),
})

async function withTables(count: number) {
  const world = new PlaneWorld()
  const tables = Array.from({ length: count }, (_, i) => shop(`T${i}`, `t${i}`))
  for (let i = 0; i < count; i++) await world.newTable(`t${i}`)
  return { world, tables, share: await world.plane().createShare({ name: 'sales' }) }
}

function patches({ fake }: PlaneWorld) {
  const sent = fake.calls.filter(({ method, path }) => method === 'PATCH' && path === 'shares/sales')
  return sent.map(({ body }) => updatesShape.parse(body).updates)
}

describe('a table that is shared already', () => {
  /** Somebody adds to the share what it is about to be sent, `as` he likes, before it is sent. */
  function overtaken(world: PlaneWorld, as: Partial<Extract<ShareChange, { action: 'ADD' }>>) {
    return world.overtaken(/^PATCH /, async ({ body }) => {
      const { updates } = updatesShape.parse(JSON.parse(body))
      const changes = updates.map(({ data_object: { name, shared_as } }): ShareChange => {
        return { action: 'ADD', table: name, sharedAs: shared_as, ...as }
      })
      await world.catalog().shares.update('sales', changes)
    })
  }

  test.each<[string, Partial<Extract<ShareChange, { action: 'ADD' }>>, number]>([
    ['as it is to be: that is enough', { history: true, startVersion: 0 }, 2],
    ['by another name: it gets its own', { sharedAs: 'shop.theirs', history: true, startVersion: 0 }, 3],
    ['without its history: it gets it', {}, 3],
  ])('is compared where Databricks refuses to add it: %s', async (_, as, calls) => {
    const { world, tables, share } = await withTables(1)
    const plane = overtaken(world, as)
    await plane.publish({ share, tables: tables.map((table) => ({ ...table, history: true })) })
    expect(world.shown('sales')).toEqual({ 'shop.t0': 't0' })
    expect((await world.catalog().shares.get('sales')).objects).toMatchObject([{ history: true }])
    expect(patches(world)).toHaveLength(calls)
  })

  test('is found where the answer to its addition was lost, and not added again', async () => {
    const { world, tables, share } = await withTables(1)
    world.fake.troubles.on(/^PATCH shares/, answerLost)
    await world.plane().publish({ share, tables })
    expect([world.shown('sales'), patches(world).length]).toEqual([{ 'shop.t0': 't0' }, 1])
  })
})

describe('a hundred changes and one more', () => {
  test('are refused in one call by Databricks', async () => {
    const { world, tables, share } = await withTables(1)
    await world.plane().publish({ share, tables })
    const [table = ''] = world.fake.tables.inSchema('kadoa_prod.sales')
    const data_object = { name: table, data_object_type: 'TABLE', comment: 'again' }
    const refused = await world.fake.fetch(`${world.fake.url}/api/2.1/unity-catalog/shares/sales`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${world.fake.token}` },
      body: JSON.stringify({ updates: Array(101).fill({ action: 'UPDATE', data_object }) }),
    })
    expect(await refused.json()).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE' })
  })

  test('go in two, and both halves of a name that moves in one of them', async () => {
    const { world, tables, share } = await withTables(103)
    const before = await world.plane().publish({ share, tables: tables.slice(0, 51) })
    world.fake.calls.splice(0)
    const moved = tables.slice(51, 102).map((table, i) => ({ ...table, name: `T${i}` }))
    const added = tables.slice(102)
    await world.plane().publish({ share: before, tables: [...added, ...moved] })
    const calls = patches(world)
    expect(calls.map((updates) => updates.length)).toEqual([100, 3])
    for (const updates of calls) {
      const removed = updates
        .filter(({ action }) => action === 'REMOVE')
        .map(({ data_object }) => familyOf(data_object))
      const shown = updates.filter(({ action }) => action === 'ADD').map(({ data_object }) => familyOf(data_object))
      expect(shown).toEqual(expect.arrayContaining(removed))
    }
  })
})

function familyOf({ name }: { readonly name: string }): string | undefined {
  return /\.(t\d+)__/.exec(name)?.[1]
}

describe('the tokens of a recipient', () => {
  test('are two at most: a third rotation is refused by Databricks, and by us before it is asked', async () => {
    const world = new PlaneWorld()
    await world.plane().createRecipient({ name: 'acme' })
    const { recipients } = world.catalog()
    for (let time = 0; time < 2; time++) {
      world.fake.recipients.activate('acme')
      await recipients.rotateToken('acme', { existingExpiresIn: DAY }).catch(() => {})
    }
    await expect(recipients.rotateToken('acme', { existingExpiresIn: DAY })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('There are already two active tokens'),
    })
    world.changes()
    await expect(world.plane().rotateRecipient({ name: 'acme' })).rejects.toMatchObject({ code: 'conflict' })
    expect(world.changes()).toEqual([])
  })

  test('are never had by us: whether a link was used is told by the recipient, and no link is opened', async () => {
    const world = new PlaneWorld()
    const plane = world.plane()
    await plane.createShare({ name: 'sales' })
    await plane.createRecipient({ name: 'acme' })
    await plane.grantShare({ recipient: 'acme', share: 'sales' })
    expect((await plane.showRecipient('acme')).tokens).toEqual([])
    world.fake.recipients.activate('acme')
    expect((await plane.showRecipient('acme')).tokens).toHaveLength(1)
    await plane.inspect({ share: 'sales', root: 'memory://tables' })
    await plane.rotateRecipient({ name: 'acme' })
    await plane.revokeRecipient('acme')
    await plane.dropRecipient('acme')
    expect(world.fake.calls.filter(({ path }) => path.includes('data_sharing_activation'))).toEqual([])
  })

  test('end within a year, whatever is asked', async () => {
    const fake = new FakeDatabricks()
    const { recipients } = clientOf(fake)
    await recipients.create({ name: 'acme', authenticationType: 'TOKEN', expiresAt: NOW + 500 * DAY })
    await recipients.update('acme', { expiresAt: NOW + 500 * DAY })
    const sent = fake.calls.flatMap(({ body }) => (body === undefined ? [] : [body]))
    expect(sent).toEqual(Array(2).fill(expect.objectContaining({ expiration_time: NOW + 365 * DAY })))
  })
})

describe('a sharing identifier', () => {
  test.each([
    ` ${METASTORE}\n`,
    METASTORE.toUpperCase(),
    `\t${METASTORE.replace(/[^:]*$/, (id) => id.toUpperCase())} `,
  ])('is taken as it is pasted: %j', async (pasted) => {
    const world = new PlaneWorld()
    await world.plane().createRecipient({ name: 'acme', sharingIdentifier: pasted })
    const [created] = world.fake.calls.filter(({ method }) => method === 'POST')
    expect(created?.body).toMatchObject({ data_recipient_global_metastore_id: METASTORE })
  })

  test('of the metastore that shares is refused before Databricks refuses it, also in capitals', async () => {
    const world = new PlaneWorld()
    const own = world.fake.metastore.globalId.toUpperCase()
    await expect(world.plane().createRecipient({ name: 'acme', sharingIdentifier: own })).rejects.toMatchObject({
      code: 'invalid-argument',
      details: { blame: 'customer' },
    })
    expect(world.changes()).toEqual([])
    const found = await world.plane().inspect({ share: 's', root: 'memory://tables', sharingIdentifier: own })
    expect(found.filter(({ ok }) => !ok)).toMatchObject([{ check: 'sharing-identifier', blame: 'customer' }])
  })
})
