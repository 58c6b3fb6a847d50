import { describe, expect, test } from 'vitest'
import { DeltaError } from '../../src/errors.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { configOf, emptyPlace } from './killed-connector.ts'
import { lived } from './lifecycle.ts'
import { deliveryOf } from './world.ts'

const RUN = { runId: 'r1', day: 1 }
const RESTORE =
  /put it back as it was, from an earlier version of the object where the bucket keeps them, or from a backup/

async function cut(store: ObjectStore, key: string): Promise<() => Promise<unknown>> {
  const { body } = await store.get(key)
  await store.put(key, body.subarray(0, 20), { mode: 'overwrite' })
  return () => store.put(key, body, { mode: 'overwrite' })
}

describe('a record that is damaged is named with what to do:', () => {
  test('connector.json, by status and reconcile', async () => {
    const { store, open } = await lived({}, [RUN])
    const restore = await cut(store, 'connectors/acme/connector.json')
    for (const call of [open().status(), open().reconcile()]) {
      const error = await call.catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'invalid-data', message: expect.stringMatching(RESTORE) })
      expect(error).toMatchObject({ details: { file: `${store.location}/connectors/acme/connector.json` } })
    }
    await restore()
    expect(await open().reconcile()).toEqual([])
  })

  test('the lease, which may be deleted', async () => {
    const { store, open } = await lived()
    await cut(store, 'connectors/acme/lease.json')
    await expect(open().publish(deliveryOf(RUN))).rejects.toMatchObject({
      code: 'invalid-data',
      message: expect.stringMatching(/^the lease .*connectors\/acme\/lease\.json cannot be read; delete it: /),
    })
    await store.delete(['connectors/acme/lease.json'])
    expect(await open().publish(deliveryOf(RUN))).toMatchObject({ rows: 3 })
  })

  test.each([
    ['unreadable-workflow', 'connectors/acme/workflows/SHOP.json'],
    ['unreadable-journal', 'connectors/acme/journal/SHOP/r1.json'],
  ])('%s, by reconcile', async (drift, key) => {
    const { store, open } = await lived({}, [RUN])
    await cut(store, key)
    expect(await open().reconcile()).toContainEqual(
      expect.objectContaining({ drift, mended: false, message: expect.stringContaining(key) }),
    )
    expect(JSON.stringify(await open().reconcile())).toMatch(RESTORE)
  })
})

test('a bucket that is not there is told from a connector that is not there', async () => {
  const { store, open } = emptyPlace()
  await expect(open().status()).rejects.toMatchObject({ code: 'not-found', message: /there is no connector "acme"/ })
  const bucketless = new DeltaError('not-found', 'there is no such bucket: create it, or fix the location')
  const missing: ObjectStore = {
    ...store,
    location: 's3://gone',
    get: () => Promise.reject(bucketless),
    // biome-ignore lint/correctness/useYield: a bucket that is not there lists nothing
    list: async function* () {
      throw bucketless
    },
  }
  for (const call of [open(missing).status(), open(missing).update(configOf())]) {
    await expect(call).rejects.toThrow('there is no such bucket')
  }
})
