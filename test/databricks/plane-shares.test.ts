import { describe, expect, test } from 'vitest'
import { answerLost, refusing } from '../fakes/unity-catalog/index.ts'
import { failureOf } from './failure-of.ts'
import { PlaneWorld } from './plane-world.ts'

const about = { share: 'sales', root: 'memory://tables' }

test.each([
  ['after it was made', []],
  ['and whose answer was lost', [/^POST shares$/]],
  ['and of which all answers were lost', [/^POST shares$/, /^POST schemas$/]],
])('a share that is not seen at once %s is waited for', async (_, lost) => {
  const world = new PlaneWorld()
  for (const post of lost) world.fake.troubles.on(post, answerLost)
  // Once before it is made, and twice after.
  world.fake.troubles.on(/^GET shares\/sales\?/, refusing(404, 'SHARE_DOES_NOT_EXIST', 'no such share'), 3)
  world.fake.troubles.on(
    /^GET schemas\/kadoa_prod\.sales$/,
    refusing(404, 'SCHEMA_DOES_NOT_EXIST', 'no such schema'),
    3,
  )
  const plane = world.plane()
  await plane.createShare({ name: 'sales' })
  expect(await plane.loadShare('sales')).toMatchObject({ name: 'sales' })
})

async function remade(): Promise<PlaneWorld> {
  const world = new PlaneWorld()
  await world.plane().createShare({ name: 'sales' })
  const { shares } = world.catalog()
  await shares.delete('sales')
  await shares.create({ name: 'sales', comment: 'of another team' })
  await world.provide('other.place.mine')
  await world.show('sales', 'other.place.mine', 'theirs.mine')
  world.changes()
  return world
}

test('a share that somebody made anew under our name is not dropped, and it is said who has to move', async () => {
  const world = await remade()
  const error = await failureOf(world.plane().dropShare('sales'))
  expect([error.code, error.details.blame]).toEqual(['permission-denied', 'kadoa'])
  expect(error.message).toContain('its owner drops or renames it')
  expect(world.changes()).toEqual([])
  expect(world.shown('sales')).toEqual({ 'theirs.mine': 'other.place.mine' })
  const [finding] = (await world.plane().inspect(about)).filter(({ check, ok }) => check === 'share' && !ok)
  expect(finding?.message).toContain('somebody made it anew')
  expect(finding?.remedy).toContain('its owner drops or renames it')
  await world.catalog().shares.delete('sales')
  await world.plane().dropShare('sales')
  expect(world.fake.namespaces.schemas).not.toContain('kadoa_prod.sales')
})

test('a share whose comment alone was changed is dropped once it has our mark again, by the statement that is told', async () => {
  const world = await remade()
  const { message } = await failureOf(world.plane().dropShare('sales'))
  const [, comment] = /COMMENT ON SHARE `sales` IS '(.+)'/.exec(message) ?? []
  await world.catalog().shares.delete('sales')
  await world.catalog().shares.create({ name: 'sales', ...(comment === undefined ? {} : { comment }) })
  expect((await world.plane().inspect(about)).filter(({ ok }) => !ok)).toEqual([])
  await world.plane().dropShare('sales')
  expect(world.fake.shares.shown()).toEqual([])
})

describe('a share that somebody renamed in Databricks', () => {
  const RENAMING = 'ALTER SHARE `spring` RENAME TO `sales`'

  async function renamed() {
    const world = new PlaneWorld()
    const plane = world.plane()
    const share = await plane.createShare({ name: 'sales' })
    await plane.publish({
      share,
      tables: [{ schema: 'shop', name: 'ORDERS', location: await world.newTable(), version: 1 }],
    })
    const rename = (from: string, to: string) =>
      world.fake.fetch(`${world.fake.url}/api/2.1/unity-catalog/shares/${from}`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${world.fake.token}` },
        body: JSON.stringify({ new_name: to }),
      })
    await rename('sales', 'spring')
    world.changes()
    return { world, plane, back: () => rename('spring', 'sales') }
  }

  test('is told of by both names, and not for one that is gone', async () => {
    const { plane, back } = await renamed()
    expect(await failureOf(plane.loadShare('sales'))).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining(RENAMING),
    })
    expect((await failureOf(plane.recipientsOf('sales'))).message).toContain(RENAMING)
    const findings = async () => (await plane.inspect(about)).filter(({ ok }) => !ok)
    expect(await findings()).toMatchObject([{ check: 'renamed-share', remedy: expect.stringContaining(RENAMING) }])
    await back()
    expect(await findings()).toEqual([])
    expect((await plane.loadShare('sales')).tables).toHaveLength(1)
  })

  test('is dropped once it has its name again, and nothing beneath it before', async () => {
    const { world, plane, back } = await renamed()
    expect(await failureOf(plane.dropShare('sales'))).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(RENAMING),
    })
    expect(world.changes()).toEqual([])
    await back()
    await plane.dropShare('sales')
    expect(world.fake.shares.shown()).toEqual([])
  })
})

test('a share that somebody dropped in Databricks is said to be gone, and dropped here', async () => {
  const world = new PlaneWorld()
  await world.plane().createShare({ name: 'sales' })
  await world.catalog().shares.delete('sales')
  const { code, message } = await failureOf(world.plane().loadShare('sales'))
  expect([code, message]).toEqual(['not-found', expect.stringContaining('no share sales any more')])
  await world.plane().dropShare('sales')
  expect(await world.plane().listShares()).toEqual([])
})
