import { expect, test } from 'vitest'
import { objectStorePlane } from '../../src/manifest/index.ts'
import { memoryStore } from '../../src/store/index.ts'

test('a share is made, granted and taken down through the plane alone', async () => {
  const plane = objectStorePlane(memoryStore())
  expect(plane.promises).toEqual({ readBack: true, pinned: true, atomicSwap: true })
  await plane.createShare({ name: 'sales' })
  await plane.addTable({ share: 'sales', schema: 'shop', name: 'orders', location: 's3://bucket/orders' })
  await plane.createRecipient({ name: 'acme' })
  await plane.grantShare({ recipient: 'acme', share: 'sales' })
  expect(await plane.showRecipient('acme')).toMatchObject({ shares: ['sales'] })
  expect((await plane.listShares()).map((share) => share.name)).toEqual(['sales'])

  await plane.rotateRecipient({ name: 'acme' })
  await plane.ungrantShare({ recipient: 'acme', share: 'sales' })
  await plane.revokeRecipient('acme')
  await plane.removeTable({ share: 'sales', schema: 'shop', name: 'orders' })
  expect(await plane.loadShare('sales')).toMatchObject({ tables: [] })
  await plane.dropShare('sales')
  expect(await plane.listShares()).toEqual([])
  expect(await plane.listRecipients()).toMatchObject([{ name: 'acme', status: 'expired', shares: [] }])
})
