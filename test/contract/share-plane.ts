import { test } from 'vitest'
import { objectStorePlane } from '../../src/manifest/index.ts'
import { type PlaneUnderTest, sharePlaneContract } from '../../src/manifest/testing.ts'
import type { ObjectStore } from '../../src/store/index.ts'

/** Registers every case of the contract with vitest; `open` gives a plane without shares and recipients at each call. */
export function testSharePlane(open: () => Promise<PlaneUnderTest>): void {
  for (const { name, run } of sharePlaneContract) test(name, () => run(open))
}

/** The plane on a store, for two administrators who reach the same bytes each by a store of their own. */
export function planeOn(store: ObjectStore, same: ObjectStore): PlaneUnderTest {
  let tables = 0
  return {
    plane: objectStorePlane(store),
    rival: objectStorePlane(same),
    newTable: async () => `memory://tables/${++tables}`,
  }
}
