import { expect, test } from 'vitest'
import { attemptSwap } from '../../src/connector/publish/attempts.ts'
import { DeltaError } from '../../src/errors.ts'
import { objectStorePlane } from '../../src/manifest/index.ts'
import { CONNECTOR_ID, provisioned } from './world.ts'

/** Work that finds something gone so often, and is done then. */
async function attempted(misses: number): Promise<number> {
  const { store, runtime } = await provisioned()
  const plane = objectStorePlane(store, { runtime })
  let begun = 0
  return attemptSwap({ id: CONNECTOR_ID, store, plane, runtime, leaseTtl: 1000, warn: () => {} }, async () => {
    begun++
    if (begun <= misses) throw new DeltaError('not-found', 'version 5 is no longer there')
    return begun
  })
}

test('a publication begins again where somebody it knew nothing of deleted what the share showed when it began', async () => {
  expect(await attempted(2)).toBe(3)
})

test('a publication ends where what the share shows is gone for good', async () => {
  await expect(attempted(3)).rejects.toMatchObject({ code: 'not-found' })
})
