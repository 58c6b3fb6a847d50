import { describe, expect, test } from 'vitest'
import { testSharePlane } from '../contract/share-plane.ts'
import { PlaneWorld } from './plane-world.ts'

describe('the plane of a Databricks workspace keeps the contract of a plane', () => {
  testSharePlane(async () => {
    const world = new PlaneWorld()
    return { plane: world.plane(), rival: world.plane(), newTable: () => world.newTable() }
  })
})

describe('the plane that registers by statements keeps it too', () => {
  testSharePlane(async () => {
    const world = new PlaneWorld()
    const options = { registration: { warehouseId: world.fake.statements.warehouseId } }
    return { plane: world.plane(options), rival: world.plane(options), newTable: () => world.newTable() }
  })
})

test('the plane says what it cannot promise', () => {
  const world = new PlaneWorld()
  const promises = { readBack: false, pinned: false, atomicSwap: false, metastores: true }
  expect(world.plane().promises).toEqual({ ...promises, newSchemaInPlace: false })
  const registration = { warehouseId: 'w' }
  expect(world.plane({ registration, latest: 'in-place' }).promises).toEqual({ ...promises, newSchemaInPlace: true })
  expect(() => world.plane({ latest: 'in-place' })).toThrow(/without a SQL warehouse/)
})
