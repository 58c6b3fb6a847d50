import { describe, expect, test } from 'vitest'
import {
  createRecipient,
  createShare,
  dropRecipient,
  dropShare,
  EXPIRY_WARNING,
  grantShare,
  listRecipients,
  loadShare,
  recipientsOf,
  redeemActivation,
  rotateRecipient,
  setRecipient,
  showRecipient,
} from '../../src/manifest/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { localStore } from '../../src/store/local.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const DAY = 86_400_000
const HOUR = DAY / 24
const code = (expected: string) => expect.objectContaining({ code: expected })
const missing = code('not-found')

async function world() {
  const [store, runtime] = [memoryStore(), simulatedRuntime({ start: 0 })]
  const { activationCode } = await createRecipient(store, { name: 'acme' }, { runtime })
  return {
    store,
    runtime,
    activationCode,
    redeem: (given: string) => redeemActivation(store, { code: given }, { runtime }),
  }
}

describe('the end of access', () => {
  test('is when the last live token ends, and is announced thirty days before', async () => {
    const { store, runtime, activationCode, redeem } = await world()
    expect(await showRecipient(store, 'acme', { runtime })).toMatchObject({ endsSoon: false })
    expect(await showRecipient(store, 'acme', { runtime })).not.toHaveProperty('endsAt')
    await redeem(activationCode)
    const endsAt = new Date(90 * DAY).toISOString()
    expect(await showRecipient(store, 'acme', { runtime })).toMatchObject({ endsAt, endsSoon: false })
    await runtime.sleep(90 * DAY - EXPIRY_WARNING - 1)
    expect(await listRecipients(store, { runtime })).toMatchObject([{ endsAt, endsSoon: false }])
    await runtime.sleep(1)
    expect(await listRecipients(store, { runtime })).toMatchObject([{ endsAt, endsSoon: true, status: 'active' }])
    await runtime.sleep(EXPIRY_WARNING)
    expect(await listRecipients(store, { runtime })).toMatchObject([{ endsSoon: false, status: 'expired' }])
  })

  test('is near while a rotation waits for its link to be opened, and far once it was', async () => {
    const { store, runtime, activationCode, redeem } = await world()
    await redeem(activationCode)
    const { activationCode: next } = await rotateRecipient(store, { name: 'acme' }, { runtime })
    expect(await showRecipient(store, 'acme', { runtime })).toMatchObject({
      endsAt: new Date(24 * HOUR).toISOString(),
      endsSoon: true,
    })
    await redeem(next)
    expect(await showRecipient(store, 'acme', { runtime })).toMatchObject({ endsSoon: false })
  })
})

describe('a link', () => {
  test('outlives no token that it would give', async () => {
    const [store, runtime] = [memoryStore(), simulatedRuntime({ start: 0 })]
    const invitation = await createRecipient(store, { name: 'brief', expiresIn: HOUR }, { runtime })
    expect(invitation).toMatchObject({
      activationExpiresAt: new Date(HOUR).toISOString(),
      expiresAt: new Date(HOUR).toISOString(),
    })
    await runtime.sleep(HOUR)
    await expect(redeemActivation(store, { code: invitation.activationCode }, { runtime })).rejects.toEqual(missing)
  })

  test('that was not opened is void after a rotation', async () => {
    const { store, runtime, activationCode, redeem } = await world()
    const { activationCode: next } = await rotateRecipient(store, { name: 'acme' }, { runtime })
    await expect(redeem(activationCode)).rejects.toEqual(missing)
    await redeem(next)
  })

  test('of a recipient that was dropped opens nothing, nor does it for another of that name', async () => {
    const { store, runtime, activationCode, redeem } = await world()
    await dropRecipient(store, 'ACME')
    await expect(redeem(activationCode)).rejects.toEqual(missing)
    await createRecipient(store, { name: 'acme' }, { runtime })
    await expect(redeem(activationCode)).rejects.toEqual(missing)
  })

  test('on local disk is redeemed by exactly one of 64 who try at the same time', async () => {
    const directory = temporaryDirectory()
    const { activationCode: opened } = await createRecipient(localStore(directory), { name: 'acme' })
    const tries = await Promise.allSettled(
      Array.from({ length: 64 }, () => redeemActivation(localStore(directory), { code: opened })),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const attempt of tries) if (attempt.status === 'rejected') expect(attempt.reason).toEqual(missing)
    expect(await showRecipient(localStore(directory), 'acme')).toMatchObject({ tokens: [{ live: true }] })
  })

  test('is not spent when the settings cannot be read', async () => {
    const { store, runtime, activationCode, redeem } = await world()
    await store.put('sharing/server.json', new TextEncoder().encode('{'), { mode: 'create' })
    await expect(redeem(activationCode)).rejects.toEqual(code('invalid-data'))
    await store.delete(['sharing/server.json'])
    expect(await redeem(activationCode)).toMatchObject({ recipient: 'acme' })
    expect(await showRecipient(store, 'acme', { runtime })).toMatchObject({ tokens: [{ live: true }] })
  })
})

describe('rotating', () => {
  test('only ever shortens the life of a token that is out', async () => {
    const [store, runtime] = [memoryStore(), simulatedRuntime({ start: 0 })]
    const { activationCode } = await createRecipient(store, { name: 'acme', expiresIn: HOUR }, { runtime })
    await redeemActivation(store, { code: activationCode }, { runtime })
    await rotateRecipient(store, { name: 'acme', overlap: 2 * HOUR }, { runtime })
    expect((await showRecipient(store, 'acme', { runtime })).tokens).toMatchObject([
      { expiresAt: new Date(HOUR).toISOString() },
    ])
  })
})

describe('the terms of a recipient', () => {
  test('change alone: addresses at once, the lifetime and the endpoint with the next link', async () => {
    const { store, runtime, activationCode, redeem } = await world()
    await setRecipient(store, {
      name: 'acme',
      expiresIn: DAY,
      allowedIps: ['192.0.2.1'],
      endpoint: 'https://share.example.com/delta-sharing/',
    })
    await expect(redeem(activationCode)).rejects.toEqual(code('permission-denied'))
    const shown = { tokenLifetime: DAY, allowedIps: ['192.0.2.1'], endpoint: 'https://share.example.com/delta-sharing' }
    expect(await showRecipient(store, 'acme', { runtime })).toMatchObject(shown)
    const { expiresAt, activationUrl } = await rotateRecipient(store, { name: 'acme' }, { runtime })
    expect(expiresAt).toBe(new Date(DAY).toISOString())
    expect(activationUrl).toMatch(/^https:\/\/share\.example\.com\/activate\//)
    await setRecipient(store, { name: 'acme', allowedIps: [], endpoint: null })
    const plain = await showRecipient(store, 'acme', { runtime })
    expect(plain).toMatchObject({ tokenLifetime: DAY, allowedIps: [] })
    expect(plain.endpoint).toBeUndefined()
  })

  test('that are not allowed change nothing', async () => {
    const { store, runtime } = await world()
    const before = await showRecipient(store, 'acme', { runtime })
    for (const wrong of [
      { expiresIn: 366 * DAY },
      { allowedIps: Array.from({ length: 101 }, (_, i) => `192.0.2.${i}`) },
      { endpoint: 'nowhere' },
    ]) {
      await expect(setRecipient(store, { name: 'acme', ...wrong })).rejects.toEqual(code('invalid-argument'))
    }
    expect(await showRecipient(store, 'acme', { runtime })).toEqual(before)
  })
})

describe('who may read what', () => {
  test('is the same from both sides, and nothing for a share created anew under an old name', async () => {
    const { store, runtime } = await world()
    await createShare(store, { name: 'Sales' }, { runtime })
    await grantShare(store, { recipient: 'acme', share: 'sales' }, { runtime })
    expect(await recipientsOf(store, 'SALES')).toEqual(['acme'])
    expect(await listRecipients(store, { runtime })).toMatchObject([{ name: 'acme', shares: ['Sales'] }])
    await dropShare(store, 'sales')
    expect(await showRecipient(store, 'acme', { runtime })).toMatchObject({ shares: [] })
    await createShare(store, { name: 'sales' }, { runtime })
    expect(await recipientsOf(store, 'sales')).toEqual([])
    expect(await listRecipients(store, { runtime })).toMatchObject([{ shares: [] }])
  })
})

test('a name that nobody can have reaches no object, whichever its path', async () => {
  const { store, runtime } = await world()
  await createShare(store, { name: 'sales' }, { runtime })
  for (const name of ['../recipients/acme', 'a/b', '', '.', 'a\u0000', 'x'.repeat(300)]) {
    await expect(loadShare(store, name)).rejects.toEqual(missing)
    await expect(showRecipient(store, `../shares/${name}`)).rejects.toEqual(missing)
    await expect(dropRecipient(store, name)).rejects.toEqual(missing)
    await expect(setRecipient(store, { name, expiresIn: DAY })).rejects.toEqual(missing)
  }
})
