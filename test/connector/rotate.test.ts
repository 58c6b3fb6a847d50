import { expect, test } from 'vitest'
import { connector } from '../../src/connector/index.ts'
import { redeemActivation, showRecipient } from '../../src/manifest/index.ts'
import { CONNECTOR_ID, deliveryOf, provisioned } from './world.ts'

test('a leak ends the token that is out at once, and is written down', async () => {
  const world = await provisioned()
  await world.open().publish(deliveryOf({ runId: 'r1', day: 1 }))
  const { store, runtime } = world
  const codes: string[] = []
  const deliver = async ({ activationCode }: { activationCode: string }): Promise<void> =>
    void codes.push(activationCode)
  const handle = connector({ id: CONNECTOR_ID, store, runtime, deliver })
  await handle.rotate({ overlap: 60_000, isLeaked: true })
  const { leaks, tokens } = await showRecipient(store, 'kadoa_acme', { runtime })
  expect(leaks).toEqual([{ at: expect.any(String), endedTokens: 1, voidedLink: false }])
  expect(tokens.filter(({ live }) => live)).toEqual([])
  await expect(world.see()).rejects.toThrow()
  await redeemActivation(store, { code: codes[0] ?? '' }, { runtime })
  await handle.rotate({ overlap: 60_000 })
  expect((await showRecipient(store, 'kadoa_acme', { runtime })).leaks).toHaveLength(1)
})

test('an overlap that is too long leaves the link that was handed over last as good as it was', async () => {
  const { store, runtime } = await provisioned()
  const handle = connector({ id: CONNECTOR_ID, store, runtime, deliver: async () => {} })
  await expect(handle.rotate({ overlap: 8 * 86_400_000 })).rejects.toMatchObject({ code: 'invalid-argument' })
  expect(await handle.status()).toMatchObject({ delivery: 'delivered', warnings: [] })
})
