import { describe, expect, test } from 'vitest'
import {
  createRecipient,
  createShare,
  dropShare,
  findRecipient,
  grantShare,
  isGranted,
  listRecipients,
  loadShare,
  recipientsOf,
  recordPublicUrl,
  redeemActivation,
  revokeRecipient,
  rotateRecipient,
  showRecipient,
  ungrantShare,
} from '../../src/manifest/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const code = (expected: string) => expect.objectContaining({ code: expected })

/** Every byte below the root, as text. */
async function everything(store: ObjectStore): Promise<string> {
  let text = ''
  for await (const { key } of store.list()) text += key + new TextDecoder().decode((await store.get(key)).body)
  return text
}

describe('a recipient', () => {
  test('gets a link for 72 hours, for a token of 90 days', async () => {
    const [store, runtime] = [memoryStore(), simulatedRuntime({ start: 0 })]
    expect(await createRecipient(store, { name: 'acme' }, { runtime })).toEqual({
      name: 'acme',
      activationCode: expect.stringMatching(/^dqa_acme_/),
      activationUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:8080\/activate\/dqa_acme_/),
      activationExpiresAt: new Date(3 * DAY).toISOString(),
      expiresAt: new Date(90 * DAY).toISOString(),
    })
    expect(await showRecipient(store, 'ACME', { runtime })).toMatchObject({
      name: 'acme',
      status: 'pending',
      tokens: [],
    })
  })

  test('gets links to its own endpoint, else to the public one', async () => {
    const [store, runtime] = [memoryStore(), simulatedRuntime()]
    await recordPublicUrl(store, 'https://share.example.com/delta-sharing/', { runtime })
    const first = await createRecipient(store, { name: 'a' }, { runtime })
    expect(first.activationUrl).toMatch(/^https:\/\/share\.example\.com\/activate\//)
    const second = await createRecipient(store, { name: 'b', endpoint: 'https://b.example.com/x' }, { runtime })
    expect(second.activationUrl).toMatch(/^https:\/\/b\.example\.com\/activate\//)
    expect(await redeemActivation(store, { code: second.activationCode }, { runtime })).toMatchObject({
      endpoint: 'https://b.example.com/x',
    })
  })

  test.each([
    ['a life longer than a year', { expiresIn: 366 * DAY }],
    ['no life at all', { expiresIn: 0 }],
    ['an address that is none', { allowedIps: ['nowhere'] }],
    ['an endpoint that is no URL', { endpoint: 'nowhere' }],
    ['an endpoint with a user and a password', { endpoint: 'https://user:secret@example.com' }],
    ['an endpoint with a password alone', { endpoint: 'https://:secret@example.com' }],
    ['a name that no token can hold', { name: 'a b' }],
  ])('with %s is refused', async (_, wrong) => {
    await expect(createRecipient(memoryStore(), { name: 'acme', ...wrong })).rejects.toEqual(code('invalid-argument'))
  })

  test('of a name that is taken is refused', async () => {
    const store = memoryStore()
    await createRecipient(store, { name: 'acme' })
    await expect(createRecipient(store, { name: 'Acme' })).rejects.toEqual(code('already-exists'))
  })

  test('leaves no secret in the store, and shows no hash', async () => {
    const [store, runtime] = [memoryStore(), simulatedRuntime()]
    const { activationCode } = await createRecipient(store, { name: 'acme' }, { runtime })
    const { bearerToken } = await redeemActivation(store, { code: activationCode }, { runtime })
    const text = await everything(store)
    for (const secret of [activationCode, bearerToken]) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(secret.slice(-49, -6))
    }
    const shown = JSON.stringify(await listRecipients(store, { runtime }))
    for (const { hash } of (await findRecipient(store, 'acme'))?.tokens ?? []) expect(shown).not.toContain(hash)
  })

  test('keeps its old token for a day when it is rotated, or as long as is said', async () => {
    const [store, runtime] = [memoryStore(), simulatedRuntime({ start: 0 })]
    const { activationCode } = await createRecipient(store, { name: 'acme' }, { runtime })
    await redeemActivation(store, { code: activationCode }, { runtime })
    await rotateRecipient(store, { name: 'acme' }, { runtime })
    expect((await showRecipient(store, 'acme', { runtime })).tokens).toMatchObject([
      { expiresAt: new Date(24 * HOUR).toISOString(), live: true },
    ])
    await rotateRecipient(store, { name: 'acme', overlap: 0 }, { runtime })
    expect((await showRecipient(store, 'acme', { runtime })).tokens).toMatchObject([{ live: false }])
    await expect(rotateRecipient(store, { name: 'acme', overlap: 8 * DAY })).rejects.toEqual(code('invalid-argument'))
  })

  test('has two live tokens at most, however often it is rotated', async () => {
    const [store, runtime] = [memoryStore(), simulatedRuntime({ start: 0 })]
    let { activationCode } = await createRecipient(store, { name: 'acme' }, { runtime })
    for (let i = 0; i < 4; i++) {
      await redeemActivation(store, { code: activationCode }, { runtime })
      const { tokens } = await showRecipient(store, 'acme', { runtime })
      expect(tokens.map(({ live }) => live)).toEqual(Array.from(tokens, (_, index) => index >= tokens.length - 2))
      ;({ activationCode } = await rotateRecipient(store, { name: 'acme' }, { runtime }))
    }
  })

  test('that is revoked has no live token and no link, until it is rotated', async () => {
    const [store, runtime] = [memoryStore(), simulatedRuntime()]
    const { activationCode } = await createRecipient(store, { name: 'acme' }, { runtime })
    await redeemActivation(store, { code: activationCode }, { runtime })
    const { activationCode: pending } = await rotateRecipient(store, { name: 'acme' }, { runtime })
    await revokeRecipient(store, 'acme', { runtime })
    expect(await showRecipient(store, 'acme', { runtime })).toMatchObject({
      status: 'expired',
      tokens: [{ live: false }],
    })
    await expect(redeemActivation(store, { code: pending }, { runtime })).rejects.toEqual(code('not-found'))
    const { activationCode: fresh } = await rotateRecipient(store, { name: 'acme' }, { runtime })
    await redeemActivation(store, { code: fresh }, { runtime })
    expect(await showRecipient(store, 'acme', { runtime })).toMatchObject({ status: 'active' })
  })

  test('that is not there is told so by every verb', async () => {
    const store = memoryStore()
    await createShare(store, { name: 'sales' })
    const missing = code('not-found')
    await expect(showRecipient(store, 'acme')).rejects.toEqual(missing)
    await expect(revokeRecipient(store, 'acme')).rejects.toEqual(missing)
    await expect(rotateRecipient(store, { name: 'acme' })).rejects.toEqual(missing)
    await expect(grantShare(store, { recipient: 'acme', share: 'sales' })).rejects.toEqual(missing)
    await expect(ungrantShare(store, { recipient: 'acme', share: 'sales' })).rejects.toEqual(missing)
  })
})

describe('a grant', () => {
  test('holds from grant to ungrant, and only for the share that it was given for', async () => {
    const store = memoryStore()
    await createRecipient(store, { name: 'acme' })
    const granted = async () => {
      const recipient = await findRecipient(store, 'acme')
      return recipient !== undefined && isGranted(recipient, await loadShare(store, 'sales'))
    }
    await createShare(store, { name: 'sales' })
    expect(await granted()).toBe(false)
    await grantShare(store, { recipient: 'Acme', share: 'Sales' })
    await grantShare(store, { recipient: 'acme', share: 'sales' })
    expect(await granted()).toBe(true)
    expect((await showRecipient(store, 'acme')).shares).toEqual(['sales'])

    await dropShare(store, 'sales')
    await createShare(store, { name: 'sales' })
    expect(await granted()).toBe(false)
    await grantShare(store, { recipient: 'acme', share: 'sales' })
    expect(await granted()).toBe(true)

    await ungrantShare(store, { recipient: 'acme', share: 'SALES' })
    expect(await granted()).toBe(false)
    await expect(ungrantShare(store, { recipient: 'acme', share: 'sales' })).rejects.toEqual(code('not-found'))
    await expect(grantShare(store, { recipient: 'acme', share: 'nothing' })).rejects.toEqual(code('not-found'))
  })
})

test('who may read a share that was loaded is told without loading it again', async () => {
  const store = memoryStore()
  const share = await createShare(store, { name: 'sales' })
  await createRecipient(store, { name: 'acme' })
  await grantShare(store, { recipient: 'acme', share: 'sales' })
  await store.delete(['sharing/shares/sales.json'])
  expect(await recipientsOf(store, share)).toEqual(['acme'])
  await expect(recipientsOf(store, 'sales')).rejects.toMatchObject({ code: 'not-found' })
})
