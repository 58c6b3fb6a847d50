import { describe, expect, test } from 'vitest'
import {
  createRecipient,
  createShare,
  dropShare,
  findRecipient,
  grantShare,
  parseCredential,
  redeemActivation,
  replaceLeaked,
  rotateRecipient,
  showRecipient,
} from '../../src/manifest/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { faultyStore } from '../../src/store/testing.ts'

/** A recipient of two shares, one of which is gone, with two live tokens and a link that waits. */
async function compromised() {
  const [store, runtime] = [memoryStore(), simulatedRuntime({ start: 0 })]
  const first = await createRecipient(store, { name: 'acme', expiresIn: 1_000_000_000 }, { runtime })
  for (const name of ['sales', 'gone']) {
    await createShare(store, { name }, { runtime })
    await grantShare(store, { recipient: 'acme', share: name }, { runtime })
  }
  await dropShare(store, 'gone')
  await redeemActivation(store, { code: first.activationCode }, { runtime })
  const second = await rotateRecipient(store, { name: 'acme' }, { runtime })
  await redeemActivation(store, { code: second.activationCode }, { runtime })
  const { activationCode: pending } = await rotateRecipient(store, { name: 'acme' }, { runtime })
  await runtime.sleep(1000)
  return { store, runtime, pending }
}

describe('a recipient whose token or link leaked', () => {
  test('loses all of them at once and gets one new link, which opens what they did', async () => {
    const { store, runtime, pending } = await compromised()
    const replacement = await replaceLeaked(store, 'acme', { runtime })
    expect(replacement).toMatchObject({
      name: 'acme',
      endedTokens: 2,
      voidedLink: true,
      shares: ['sales'],
      expiresAt: new Date(1000 + 1_000_000_000).toISOString(),
    })
    const { tokens, status } = await showRecipient(store, 'acme', { runtime })
    expect([status, tokens.map(({ live }) => live)]).toEqual(['pending', [false, false]])
    await expect(redeemActivation(store, { code: pending }, { runtime })).rejects.toMatchObject({ code: 'not-found' })

    const { bearerToken } = await redeemActivation(store, { code: replacement.activationCode }, { runtime })
    const recipient = await findRecipient(store, 'acme')
    expect(recipient?.tokens.at(-1)?.hash).toBe(parseCredential('token', bearerToken)?.hash)
    expect(await showRecipient(store, 'acme', { runtime })).toMatchObject({ status: 'active', shares: ['sales'] })
  })

  test('keeps a record of it that is no secret', async () => {
    const { store, runtime } = await compromised()
    await replaceLeaked(store, 'acme', { runtime })
    await runtime.sleep(1000)
    await replaceLeaked(store, 'acme', { runtime })
    expect((await showRecipient(store, 'acme', { runtime })).leaks).toEqual([
      { at: new Date(1000).toISOString(), endedTokens: 2, voidedLink: true },
      { at: new Date(2000).toISOString(), endedTokens: 0, voidedLink: true },
    ])
  })

  test.each(['answer-lost', 'reset', 'late', 'twice'] as const)(
    'is cut off once, with one good link, when the storage answers with %s',
    async (fault) => {
      const { store: inner, runtime } = await compromised()
      let faults = 1
      const store = faultyStore(inner, ({ operation }) => (operation === 'put' && faults-- > 0 ? fault : undefined))
      const { activationCode } = await replaceLeaked(store, 'acme', { runtime })
      await store.settle()
      expect((await showRecipient(inner, 'acme', { runtime })).leaks).toHaveLength(1)
      await redeemActivation(inner, { code: activationCode }, { runtime })
    },
  )

  test('is cut off also when one of its shares is damaged', async () => {
    const { store, runtime } = await compromised()
    await store.put('sharing/shares/sales.json', new TextEncoder().encode('{'), { mode: 'overwrite' })
    expect(await replaceLeaked(store, 'acme', { runtime })).toMatchObject({ endedTokens: 2, shares: [] })
  })

  test('that is not there is not found, by whatever name', async () => {
    for (const name of ['nobody', '../shares/sales']) {
      await expect(replaceLeaked(memoryStore(), name)).rejects.toMatchObject({
        code: name === 'nobody' ? 'not-found' : 'invalid-argument',
      })
    }
  })
})
