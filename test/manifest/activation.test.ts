import { describe, expect, test } from 'vitest'
import {
  createRecipient,
  lookUpActivation,
  parseActivationCode,
  redeemActivation,
  rotateRecipient,
  showRecipient,
} from '../../src/manifest/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { faultyStore } from '../../src/store/testing.ts'

const DAY = 86_400_000

async function invited(options: { allowedIps?: string[]; expiresIn?: number } = {}) {
  const [store, runtime] = [memoryStore(), simulatedRuntime({ start: 0 })]
  const { activationCode } = await createRecipient(store, { name: 'acme', ...options }, { runtime })
  return { store, runtime, code: activationCode }
}

describe('an activation code', () => {
  test('is redeemed once, for a token that lives from when the link was made', async () => {
    const { store, runtime, code } = await invited({ expiresIn: 10 * DAY })
    await runtime.sleep(2 * DAY)
    expect(await redeemActivation(store, { code }, { runtime })).toEqual({
      recipient: 'acme',
      endpoint: 'http://127.0.0.1:8080/delta-sharing',
      bearerToken: expect.stringMatching(/^dq_acme_/),
      expirationTime: new Date(10 * DAY).toISOString(),
    })
    await expect(redeemActivation(store, { code }, { runtime })).rejects.toMatchObject({ code: 'not-found' })
  })

  test('is redeemed by exactly one of 64 who try at the same time', async () => {
    const { store, runtime, code } = await invited()
    const tries = await Promise.allSettled(
      Array.from({ length: 64 }, () => redeemActivation(store, { code }, { runtime })),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await showRecipient(store, 'acme', { runtime })).tokens).toHaveLength(1)
  })

  test.each(['answer-lost', 'reset', 'late', 'twice'] as const)(
    'gives one good token when the storage answers with %s',
    async (fault) => {
      const { store: inner, runtime, code } = await invited()
      let faults = 1
      const store = faultyStore(inner, ({ operation }) => (operation === 'put' && faults-- > 0 ? fault : undefined))
      await redeemActivation(store, { code }, { runtime })
      await store.settle()
      expect((await showRecipient(inner, 'acme', { runtime })).tokens).toMatchObject([{ live: true }])
    },
  )

  test('is refused in the same words when it is used, void, too old, unknown or no code at all', async () => {
    const messages = new Set<string>()
    const refuse = async (given: Awaited<ReturnType<typeof invited>>) => {
      const { store, runtime, code } = given
      const error: unknown = await redeemActivation(store, { code }, { runtime }).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'not-found' })
      messages.add(String(error))
    }
    const used = await invited()
    await redeemActivation(used.store, used, used)
    await refuse(used)
    const replaced = await invited()
    await rotateRecipient(replaced.store, { name: 'acme' }, replaced)
    await refuse(replaced)
    const old = await invited()
    await old.runtime.sleep(3 * DAY)
    await refuse(old)
    await refuse({ ...(await invited()), store: memoryStore() })
    await refuse({ ...(await invited()), code: (await invited()).code })
    await refuse({ ...(await invited()), code: 'dqa_acme_x' })
    expect(messages.size).toBe(1)
  })

  test('is refused from an address that the recipient may not use, and stays good', async () => {
    const { store, runtime, code } = await invited({ allowedIps: ['192.0.2.0/24'] })
    for (const address of ['198.51.100.1', undefined]) {
      await expect(redeemActivation(store, { code, address }, { runtime })).rejects.toMatchObject({
        code: 'permission-denied',
      })
    }
    await redeemActivation(store, { code, address: '192.0.2.1' }, { runtime })
  })

  test('is found in a link, and in itself', async () => {
    const { code } = await invited()
    expect(parseActivationCode(`https://share.example.com/x/activate/${code}\n`)).toBe(code)
    expect(parseActivationCode(code)).toBe(code)
    for (const wrong of ['', 'https://share.example.com/activate/', code.slice(1), `${code}x`]) {
      expect(() => parseActivationCode(wrong)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
    }
    expect(() => parseActivationCode(`${code}x`)).not.toThrow(new RegExp(code))
  })
})

describe('looking at an activation code', () => {
  test('tells a link that waits, one that was used and when, one that ran out, and one that nobody knows', async () => {
    const { store, runtime, code } = await invited({ expiresIn: 10 * DAY })
    const look = (which = code) => lookUpActivation(store, { code: which }, { runtime })
    expect(await look()).toMatchObject({
      state: 'ready',
      recipient: { name: 'acme' },
      expiresAt: new Date(3 * DAY).toISOString(),
      tokenExpiresAt: new Date(10 * DAY).toISOString(),
    })
    await runtime.sleep(DAY)
    await redeemActivation(store, { code }, { runtime })
    expect(await look()).toEqual({ state: 'used', at: new Date(DAY).toISOString() })

    const { activationCode } = await rotateRecipient(store, { name: 'acme' }, { runtime })
    expect(await look()).toMatchObject({ state: 'used' })
    await runtime.sleep(3 * DAY)
    expect(await look(activationCode)).toEqual({ state: 'expired', at: new Date(4 * DAY).toISOString() })
    await rotateRecipient(store, { name: 'acme' }, { runtime })
    expect(await look(activationCode)).toEqual({ state: 'unknown' })
    expect(await look('dqa_acme_short')).toEqual({ state: 'unknown' })
  })

  test('spends nothing, and tells nothing to an address that may not redeem it', async () => {
    const { store, runtime, code } = await invited({ allowedIps: ['192.0.2.0/24'] })
    await expect(lookUpActivation(store, { code, address: '198.51.100.1' }, { runtime })).rejects.toMatchObject({
      code: 'permission-denied',
    })
    await lookUpActivation(store, { code, address: '192.0.2.7' }, { runtime })
    expect(await redeemActivation(store, { code, address: '192.0.2.7' }, { runtime })).toMatchObject({
      recipient: 'acme',
    })
  })
})
