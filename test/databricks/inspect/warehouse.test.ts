import { expect, test } from 'vitest'
import { refusing } from '../../fakes/unity-catalog/index.ts'
import { PlaneWorld } from '../plane-world.ts'

const about = { share: 'sales', root: 'memory://tables' }

test.each([
  [
    'passes where it is there',
    'warehouse-1',
    undefined,
    { ok: true, message: 'SQL warehouse Starter Warehouse is there' },
  ],
  [
    'is told of where it is not',
    'none',
    undefined,
    { ok: false, message: 'there is no SQL warehouse none', remedy: expect.stringContaining('at SQL Warehouses') },
  ],
  [
    'is told of where we may not use it, which whoever may use one sees',
    'warehouse-1',
    refusing(403, 'PERMISSION_DENIED', 'You do not have permission to view the warehouse.'),
    {
      ok: false,
      message: expect.stringContaining('may not use SQL warehouse warehouse-1'),
      remedy: expect.stringMatching(/its manager grants .* Can use/),
    },
  ],
  [
    'is told of where its id is none',
    'no warehouse',
    refusing(400, 'INVALID_PARAMETER_VALUE', 'no warehouse is not a valid endpoint id.'),
    {
      ok: false,
      message: expect.stringContaining('is not a valid endpoint id'),
      remedy: expect.stringContaining('at SQL Warehouses'),
    },
  ],
])('the SQL warehouse that registers tables %s', async (_, warehouseId, trouble, found) => {
  const world = new PlaneWorld()
  if (trouble !== undefined) world.fake.troubles.on(/sql\/warehouses/, trouble)
  const findings = await world.plane({ registration: { warehouseId } }).inspect(about)
  expect(findings.filter(({ check }) => check === 'warehouse')).toEqual([expect.objectContaining(found)])
  expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(['sharing-scope', 'external-location']))
})

test('a workspace that does not answer for its SQL warehouse is no finding', async () => {
  const world = new PlaneWorld()
  world.fake.troubles.on(/sql\/warehouses/, refusing(401, 'UNAUTHENTICATED', 'Invalid token'), 9)
  const registration = { warehouseId: 'warehouse-1' }
  await expect(world.plane({ registration }).inspect(about)).rejects.toMatchObject({ code: 'unauthenticated' })
})
