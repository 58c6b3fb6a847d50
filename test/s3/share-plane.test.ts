import { describe, expect, test } from 'vitest'
import { createRecipient, redeemActivation, showRecipient } from '../../src/manifest/index.ts'
import { openStore } from '../../src/store/index.ts'
import { planeOn, testSharePlane } from '../contract/share-plane.ts'
import { openBucket } from './minio.ts'

describe('the manifest in a bucket keeps the contract of a plane', () => {
  testSharePlane(async () => {
    const location = await openBucket()
    return planeOn(await openStore(`${location}/root`), await openStore(`${location}/root`))
  })
})

test('of 64 who redeem one activation link in a bucket exactly one gets the token', async () => {
  const location = await openBucket()
  const store = await openStore(location)
  const { activationCode } = await createRecipient(store, { name: 'acme' })
  const redeemers = await Promise.all(Array.from({ length: 64 }, () => openStore(location)))
  const tries = await Promise.allSettled(redeemers.map((own) => redeemActivation(own, { code: activationCode })))
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const attempt of tries) {
    if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({ code: 'not-found' })
  }
  expect((await showRecipient(store, 'acme')).tokens).toMatchObject([{ live: true }])
})
