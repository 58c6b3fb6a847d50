import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { ShareChange } from '../../src/databricks/index.ts'
import { chunkChanges } from '../../src/databricks/share.ts'
import { FakeDatabricks } from '../fakes/unity-catalog/index.ts'
import { clientOf } from './client-of.ts'

const add = (index: number): ShareChange => ({ action: 'ADD', table: `c.s.t${index}` })
const remove = (index: number): ShareChange => ({ action: 'REMOVE', table: `c.s.t${index}` })
const many = (count: number): ShareChange[] => Array.from({ length: count }, (_, index) => add(index))

async function withShare() {
  const fake = new FakeDatabricks()
  for (let index = 0; index < 250; index++) fake.tables.provide(`c.s.t${index}`)
  const catalog = clientOf(fake)
  await catalog.shares.create({ name: 'Sales' })
  return { fake, ...catalog }
}

describe('shares', () => {
  test('are listed to the end, across pages that are empty', async () => {
    const { shares } = clientOf(new FakeDatabricks())
    const names = ['a', 'b', 'c', 'd', 'e']
    for (const name of names) await shares.create({ name })
    expect((await shares.list()).map(({ name }) => name)).toEqual(names)
  })

  test('are read with their objects, in our words', async () => {
    const { shares } = await withShare()
    await shares.update('sales', [{ action: 'ADD', table: 'c.s.t1', sharedAs: 'S.T', history: true }])
    expect(await shares.get('SALES')).toMatchObject({
      name: 'sales',
      owner: 'sp-uuid',
      objects: [{ name: 'c.s.t1', type: 'TABLE', sharedAs: 'S.T', history: true, startVersion: 0, status: 'ACTIVE' }],
    })
  })

  test('that are there already, or not there, are told apart by the code and not by the status', async () => {
    const { shares } = await withShare()
    await expect(shares.create({ name: 'sales' })).rejects.toMatchObject({
      code: 'already-exists',
      message: expect.stringContaining("400 SHARE_ALREADY_EXISTS: Share 'sales' already exists"),
    })
    await shares.delete('sales')
    await expect(shares.get('sales')).rejects.toMatchObject({ code: 'not-found' })
  })

  test.each(['', '.', '..'])('called %j are never asked for: that would address something else', async (name) => {
    const { fake, shares } = await withShare()
    const before = fake.calls.length
    await expect(shares.delete(name)).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(fake.calls.length).toBe(before)
  })

  test('keep what a name says about paths to themselves', async () => {
    const { fake, shares } = await withShare()
    await expect(shares.get('a/permissions?x')).rejects.toMatchObject({ code: 'not-found' })
    expect(fake.calls.at(-1)?.path).toBe('shares/a%2Fpermissions%3Fx?include_shared_data=true')
  })
})

describe('changing a share', () => {
  test('with more than a hundred tables takes several calls', async () => {
    const { fake, shares } = await withShare()
    const { objects } = await shares.update('sales', many(250))
    expect(objects).toHaveLength(250)
    expect(fake.calls.filter(({ method }) => method === 'PATCH')).toHaveLength(3)
  })

  test('says how far it came when a later call is refused', async () => {
    const { shares } = await withShare()
    const changes: ShareChange[] = [...many(150), { action: 'ADD', table: 'nowhere.s.t' }]
    await expect(shares.update('sales', changes)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('(100 of 151 changes are made)'),
    })
    expect((await shares.get('sales')).objects).toHaveLength(100)
  })

  test('to nothing asks for nothing but the share', async () => {
    const { fake, shares } = await withShare()
    await shares.update('sales', [])
    expect(fake.calls.at(-1)?.method).toBe('GET')
    expect(fake.calls).toHaveLength(2)
  })

  test('says otherwise of a table what is said, and leaves it its name', async () => {
    const { fake, shares } = await withShare()
    await shares.update('sales', [{ action: 'ADD', table: 'c.s.t1', sharedAs: 'S.T', comment: 'kept' }])
    const { objects } = await shares.update('sales', [{ action: 'UPDATE', table: 'c.s.t1', history: true }])
    expect(objects).toMatchObject([{ sharedAs: 'S.T', history: true, comment: 'kept' }])
    expect(fake.calls.at(-2)?.body).toEqual({
      updates: [
        {
          action: 'UPDATE',
          data_object: { name: 'c.s.t1', data_object_type: 'TABLE', history_data_sharing_status: 'ENABLED' },
        },
      ],
    })
  })

  test('a table that is shared already is said to be so', async () => {
    const { shares } = await withShare()
    await shares.update('sales', [add(1)])
    await expect(shares.update('sales', [add(1)])).rejects.toMatchObject({ code: 'already-exists' })
  })
})

describe('a share is changed by calls of at most a hundred changes, of which none parts a removal from the addition right after it:', () => {
  /** Tables that are shown take the names of others, one after the other. */
  const pairs = (count: number): ShareChange[] =>
    Array.from({ length: count }, (_, i) => [remove(i), { action: 'ADD', table: `c.s.t${i + 125}` } as const]).flat()

  test.each<[string, readonly ShareChange[], readonly number[]]>([
    ['none', [], []],
    ['99 additions', many(99), [99]],
    ['100 additions', many(100), [100]],
    ['101 additions', many(101), [100, 1]],
    ['200 additions', many(200), [100, 100]],
    ['99, an addition behind 49 pairs', [...pairs(49), add(120)], [99]],
    ['100, 50 pairs', pairs(50), [100]],
    ['101, an addition behind 50 pairs', [...pairs(50), add(120)], [100, 1]],
    ['101, an addition before 50 pairs', [add(120), ...pairs(50)], [99, 2]],
    ['101, a removal before 50 pairs', [remove(120), ...pairs(50)], [99, 2]],
    ['102, 51 pairs', pairs(51), [100, 2]],
    ['203, an addition before 101 pairs', [add(120), ...pairs(101)], [99, 100, 4]],
  ])('%s', async (_, changes, lengths) => {
    expect(chunkChanges(changes).map((chunk) => chunk.length)).toEqual(lengths)
    const { fake, shares } = await withShare()
    for (const shown of chunkChanges(changes.filter(({ action }) => action === 'REMOVE'))) {
      await shares.update(
        'sales',
        shown.map(({ table }) => ({ action: 'ADD', table })),
      )
    }
    fake.calls.splice(0)
    await shares.update('sales', changes)
    const sent = fake.calls.flatMap(({ body }) => (body === undefined ? [] : [updatesOf(body)]))
    expect(sent.map((updates) => updates.length)).toEqual(lengths)
    expect(sent.flat().map(({ action, data_object: { name: table } }) => ({ action, table }))).toEqual(changes)
  })
})

function updatesOf(body: unknown) {
  const update = z.object({ action: z.string(), data_object: z.object({ name: z.string() }) })
  return z.object({ updates: z.array(update) }).parse(body).updates
}

test('permissions of whoever was deleted, by an id and no name, are nobody’s', async () => {
  const { fake, shares } = await withShare()
  const answer = Response.json({ privilege_assignments: [{ principal_id: 1, privileges: ['SELECT'] }] })
  fake.troubles.push({ instead: answer }, { instead: answer })
  expect(await shares.permissions('sales')).toEqual([])
  expect(await shares.updatePermissions('sales', [])).toEqual([])
})

test('permissions are given to recipients, read, and taken away', async () => {
  const { shares, recipients } = await withShare()
  await recipients.create({ name: 'acme', authenticationType: 'TOKEN' })
  expect(await shares.permissions('sales')).toEqual([])
  const given = [{ principal: 'acme', privileges: ['SELECT'] }]
  expect(await shares.updatePermissions('sales', [{ recipient: 'acme', add: ['SELECT'] }])).toEqual(given)
  expect(await shares.permissions('sales')).toEqual(given)
  expect(await shares.updatePermissions('sales', [{ recipient: 'acme', remove: ['SELECT'] }])).toEqual([])
  await expect(shares.updatePermissions('sales', [{ recipient: 'nobody', add: ['SELECT'] }])).rejects.toMatchObject({
    code: 'not-found',
  })
})
