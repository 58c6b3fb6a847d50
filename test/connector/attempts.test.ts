import { expect, test } from 'vitest'
import { attemptSwap } from '../../src/connector/publish/attempts.ts'
import { DeltaError } from '../../src/errors.ts'
import { objectStorePlane } from '../../src/manifest/index.ts'
import { CONNECTOR_ID, provisioned } from './world.ts'

/** Work that comes too late so often, then finds something gone so often, and is done then. */
async function attempted({ misses, conflicts = 0 }: { misses: number; conflicts?: number }): Promise<number> {
  const { store, runtime } = await provisioned()
  const plane = objectStorePlane(store, { runtime })
  let begun = 0
  return attemptSwap({ id: CONNECTOR_ID, store, plane, runtime, leaseTtl: 1000, warn: () => {} }, async () => {
    begun++
    if (begun <= conflicts) throw new DeltaError('conflict', 'somebody else was faster')
    if (begun <= conflicts + misses) throw new DeltaError('not-found', 'version 5 is no longer there')
    return begun
  })
}

test('a publication begins again where somebody it knew nothing of deleted what the share showed when it began', async () => {
  expect(await attempted({ misses: 2 })).toBe(3)
  expect(await attempted({ misses: 2, conflicts: 4 })).toBe(7)
})

test('a publication ends where what the share shows is gone for good', async () => {
  await expect(attempted({ misses: 3 })).rejects.toMatchObject({ code: 'not-found' })
})
