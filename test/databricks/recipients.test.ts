import { describe, expect, test } from 'vitest'
import { parseSharingIdentifier } from '../../src/manifest/index.ts'
import { FakeDatabricks, NOW } from '../fakes/unity-catalog/index.ts'
import { clientOf } from './client-of.ts'

const sharingIdentifier = 'aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016'
const DAY = 86_400_000

describe('a recipient on Databricks', () => {
  test('is found by the sharing identifier, of which there is one only', async () => {
    const { recipients } = clientOf(new FakeDatabricks())
    await recipients.create({ name: 'acme', authenticationType: 'DATABRICKS', sharingIdentifier })
    await recipients.create({ name: 'open', authenticationType: 'TOKEN' })
    const found = await recipients.list({ sharingIdentifier: ` ${sharingIdentifier.toUpperCase()}\n` })
    expect(found).toMatchObject([{ name: 'acme', authenticationType: 'DATABRICKS', sharingIdentifier, tokens: [] }])
    await expect(
      recipients.create({ name: 'acme2', authenticationType: 'DATABRICKS', sharingIdentifier }),
    ).rejects.toMatchObject({ code: 'already-exists', message: expect.stringContaining('same sharing identifier') })
  })

  test.each(['', 'aws:us-west-2', 'aws:us-west-2:19a84bee', '19a84bee-54bc-43a2-87de-023d0ec16016', 'aws::x'])(
    'is not created from %j',
    async (text) => {
      const fake = new FakeDatabricks()
      const recipient = { name: 'acme', authenticationType: 'DATABRICKS', sharingIdentifier: text } as const
      await expect(clientOf(fake).recipients.create(recipient)).rejects.toMatchObject({ code: 'invalid-argument' })
      expect(fake.calls).toEqual([])
    },
  )

  test('whose metastore Databricks does not know is the customer to ask about', async () => {
    const { recipients } = clientOf(new FakeDatabricks())
    const unknown = sharingIdentifier.replace('aws', 'moon')
    await expect(
      recipients.create({ name: 'acme', authenticationType: 'DATABRICKS', sharingIdentifier: unknown }),
    ).rejects.toMatchObject({ code: 'invalid-argument', details: { blame: 'customer' } })
  })

  test('may be on a cloud that is not known yet', () => {
    expect(parseSharingIdentifier('moon:far-side:19a84bee-54bc-43a2-87de-023d0ec16016')).toMatch(/^moon:/)
  })
})

describe('a recipient with a token', () => {
  test('gets a link, which is gone once it was opened', async () => {
    const fake = new FakeDatabricks()
    const { recipients } = clientOf(fake)
    const { tokens, activated } = await recipients.create({ name: 'open', authenticationType: 'TOKEN' })
    expect({ activated, links: tokens.map((token) => token.activationUrl) }).toEqual({
      activated: false,
      links: [expect.stringContaining('?link-1')],
    })
    fake.recipients.activate('open')
    expect(await recipients.get('open')).toMatchObject({ activated: true, tokens: [{ activationUrl: undefined }] })
  })

  test('has two tokens at most; the third has to wait', async () => {
    const fake = new FakeDatabricks()
    const { recipients } = clientOf(fake)
    await recipients.create({ name: 'open', authenticationType: 'TOKEN' })
    fake.recipients.activate('open')
    const { tokens } = await recipients.rotateToken('open', { existingExpiresIn: DAY })
    expect(tokens.map(({ expiresAt }) => expiresAt)).toEqual([NOW + DAY, NOW + 365 * DAY])
    await expect(recipients.rotateToken('open', { existingExpiresIn: DAY })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('already two active tokens'),
    })
  })

  test('lives for 365 days at most, whatever is asked', async () => {
    const { recipients } = clientOf(new FakeDatabricks())
    const { tokens } = await recipients.create({
      name: 'open',
      authenticationType: 'TOKEN',
      expiresAt: NOW + 4000 * DAY,
    })
    expect(tokens.map(({ expiresAt }) => expiresAt)).toEqual([NOW + 365 * DAY])
  })

  test('that was never opened is replaced: there is no old token to wait for', async () => {
    const { recipients } = clientOf(new FakeDatabricks())
    const before = await recipients.create({ name: 'open', authenticationType: 'TOKEN' })
    const after = await recipients.rotateToken('open', { existingExpiresIn: DAY })
    expect(after.tokens).toHaveLength(1)
    expect(after.tokens[0]?.activationUrl).not.toBe(before.tokens[0]?.activationUrl)
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])(
    'cannot keep the old one for %d ms',
    async (existingExpiresIn) => {
      const fake = new FakeDatabricks()
      await expect(clientOf(fake).recipients.rotateToken('open', { existingExpiresIn })).rejects.toMatchObject({
        code: 'invalid-argument',
      })
      expect(fake.calls).toEqual([])
    },
  )

  test.each([
    { why: 'an expiry that has passed', expiresAt: NOW },
    { why: 'an expiry that is no time', expiresAt: Number.NaN },
    { why: 'an empty list of addresses, which would let everybody in', allowedIps: [] },
    { why: 'more addresses than the server takes', allowedIps: Array.from({ length: 101 }, () => '203.0.113.1/32') },
  ])('is not created with $why', async ({ why: _, ...options }) => {
    const fake = new FakeDatabricks()
    const recipient = { name: 'open', authenticationType: 'TOKEN', ...options } as const
    await expect(clientOf(fake).recipients.create(recipient)).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(fake.calls).toEqual([])
  })

  test('is listed with the others, and deleted', async () => {
    const { recipients } = clientOf(new FakeDatabricks())
    for (const name of ['a', 'b', 'c']) await recipients.create({ name, authenticationType: 'TOKEN', comment: name })
    await recipients.delete('b')
    expect((await recipients.list()).map(({ name, comment }) => [name, comment])).toEqual([
      ['a', 'a'],
      ['c', 'c'],
    ])
    await expect(recipients.get('b')).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('a recipient is changed', () => {
  test('in what is said, and in nothing else', async () => {
    const fake = new FakeDatabricks()
    const { recipients } = clientOf(fake)
    await recipients.create({
      name: 'open',
      authenticationType: 'TOKEN',
      comment: 'kept',
      allowedIps: ['203.0.113.0/24'],
      properties: { a: '1' },
    })
    const changed = await recipients.update('open', {
      newName: 'Acme',
      expiresAt: NOW + 400 * DAY,
      allowedIps: [],
      properties: { b: '2' },
    })
    expect(changed).toMatchObject({
      name: 'acme',
      comment: 'kept',
      allowedIps: [],
      properties: { b: '2' },
      tokens: [{ expiresAt: NOW + 365 * DAY }],
    })
  })

  test.each([{ expiresAt: NOW }, { allowedIps: Array.from({ length: 101 }, () => '203.0.113.1/32') }])(
    'never to what the server would refuse',
    async (change) => {
      const fake = new FakeDatabricks()
      await expect(clientOf(fake).recipients.update('open', change)).rejects.toMatchObject({ code: 'invalid-argument' })
      expect(fake.calls).toEqual([])
    },
  )
})

test('in a list too, null says nothing, and what is not known is left out', async () => {
  const fake = new FakeDatabricks()
  const told = { name: 'open', comment: null, tokens: [{ id: '1', activation_url: 'link', expiration_time: null }] }
  fake.troubles.on(/^GET recipients/, { instead: Response.json({ recipients: [{ ...told, cloud: 'aws' }] }) })
  const [listed] = await clientOf(fake).recipients.list()
  expect(listed).toMatchObject({ name: 'open', comment: undefined, tokens: [{ id: '1', activationUrl: 'link' }] })
  expect(Object.keys(listed ?? {})).not.toContain('cloud')
  expect(Object.keys(listed?.tokens[0] ?? {})).not.toContain('activation_url')
})

test('the shares that a recipient may read are told by name', async () => {
  const { recipients, shares } = clientOf(new FakeDatabricks())
  await recipients.create({ name: 'open', authenticationType: 'TOKEN' })
  for (const name of ['a', 'b', 'c']) await shares.create({ name })
  for (const name of ['a', 'c']) await shares.updatePermissions(name, [{ recipient: 'open', add: ['SELECT'] }])
  expect((await recipients.sharesOf('open')).sort()).toEqual(['a', 'c'])
  await expect(recipients.sharesOf('nobody')).rejects.toMatchObject({ code: 'not-found' })
})
