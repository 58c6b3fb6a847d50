import { expect, test } from 'vitest'
import { failureOf } from './failure-of.ts'
import { PlaneWorld } from './plane-world.ts'

const about = { share: 'sales', root: 'memory://tables' }

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
