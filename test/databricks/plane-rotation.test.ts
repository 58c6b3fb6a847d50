import { describe, expect, test } from 'vitest'
import type { SharePlane } from '../../src/manifest/index.ts'
import { answerLost, refusing } from '../fakes/unity-catalog/index.ts'
import { failureOf } from './failure-of.ts'
import { type PlaneWorld, withShares } from './plane-world.ts'

const DAY = 86_400_000

test('a token lives as long as it was said, its link opens once, and nobody of us opens it', async () => {
  const world = await withShares('sales')
  const plane = world.plane()
  const invitation = await plane.createRecipient({ name: 'acme', expiresIn: 365 * DAY, allowedIps: ['203.0.113.0/24'] })
  const end = new Date(world.fake.runtime.now() + 365 * DAY).toISOString()
  expect([invitation?.expiresAt.slice(0, 10), (await plane.showRecipient('acme')).status]).toEqual([
    end.slice(0, 10),
    'pending',
  ])
  world.fake.recipients.activate('acme')
  const { status, endsAt, endsSoon, tokens } = await plane.showRecipient('acme')
  expect([status, endsAt?.slice(0, 10), endsSoon, tokens.length]).toEqual(['active', end.slice(0, 10), false, 1])
  await world.fake.runtime.sleep(360 * DAY)
  expect((await plane.showRecipient('acme')).endsSoon).toBe(true)
  expect(world.fake.calls.filter(({ path }) => path.includes('activation'))).toEqual([])
})

test('an answer that is lost when its terms are set leaves no doubt about them', async () => {
  const world = await withShares('sales')
  const plane = world.plane()
  await plane.createRecipient({ name: 'acme', expiresIn: 30 * DAY })
  world.fake.troubles.on(/^PATCH recipients\/acme$/, answerLost)
  await plane.setRecipient({ name: 'acme', allowedIps: ['192.0.2.0/24'] })
  expect((await world.catalog().recipients.get('acme')).allowedIps).toEqual(['192.0.2.0/24'])
  world.fake.troubles.on(/^PATCH recipients\/acme$/, answerLost)
  const { expiresAt } = await plane.rotateRecipient({ name: 'acme', overlap: DAY })
  expect(expiresAt.slice(0, 10)).toBe(new Date(world.fake.runtime.now() + 30 * DAY).toISOString().slice(0, 10))
  expect(world.warnings).toEqual([])
})

test('a link that is no URL is handed over as it is, and stands in no error', async () => {
  const world = await withShares()
  const link = 'only-the-code-of-a-link'
  const told = { name: 'acme', authentication_type: 'TOKEN', tokens: [{ id: 't1', activation_url: link }] }
  world.fake.troubles.on(/^POST recipients$/, { instead: Response.json(told) })
  expect(await world.plane().createRecipient({ name: 'acme' })).toMatchObject({
    activationUrl: link,
    activationCode: link,
  })
})

test('a third token is refused while two live, and says until when; to end both at once makes the recipient anew', async () => {
  const world = await withShares('sales')
  const plane = world.plane()
  await plane.createRecipient({ name: 'acme' })
  await plane.grantShare({ recipient: 'acme', share: 'sales' })
  world.fake.recipients.activate('acme')
  await plane.rotateRecipient({ name: 'acme', overlap: DAY })
  world.fake.recipients.activate('acme')
  const error = await failureOf(plane.rotateRecipient({ name: 'acme', overlap: DAY }))
  expect([error.code, error.details.blame]).toEqual(['conflict', 'kadoa'])
  expect(error.message).toContain(new Date(world.fake.runtime.now() + DAY).toISOString().slice(0, 13))
  expect(error.message).toContain('rotate --overlap 0s')
  const { activationUrl } = await plane.rotateRecipient({ name: 'acme', overlap: 0 })
  const { tokens, status, shares } = await plane.showRecipient('acme')
  expect([tokens, status, shares]).toEqual([[], 'pending', ['sales']])
  expect(world.fake.recipients.linkOf('acme')).toBe(activationUrl)
  expect(await plane.recipientsOf('sales')).toEqual(['acme'])
})

describe('the old token', () => {
  const YEAR = 365 * DAY

  /** Its recipient holds a token that ends in 30 days, and new ones live as long as the metastore says. */
  async function held(lifetime = YEAR): Promise<{ world: PlaneWorld; plane: SharePlane }> {
    const world = await withShares()
    world.fake.metastore.tokenLifetime = lifetime / 1000
    const plane = world.plane()
    await plane.createRecipient({ name: 'acme', expiresIn: 30 * DAY })
    world.fake.recipients.activate('acme')
    await world.fake.runtime.sleep(DAY)
    world.changes()
    return { world, plane }
  }

  const endsOf = async (world: PlaneWorld) =>
    (await world.catalog().recipients.get('acme')).tokens.map(({ expiresAt = 0 }) =>
      Math.round((expiresAt - world.fake.runtime.now()) / DAY),
    )

  test.each([
    ['by an overlap', { overlap: 2 * DAY, isLeaked: false }],
    ['of something that leaked', { overlap: 0, isLeaked: true }],
  ])('never ends later where the rotation %s fails, wherever it does', async (_, how) => {
    for (const [call, left] of [
      [/^PATCH recipients/, 0],
      [/^POST recipients\/acme\/rotate-token/, 29],
    ] as const) {
      const { world, plane } = await held()
      world.fake.troubles.on(call, refusing(403, 'PERMISSION_DENIED', 'User is not an owner of Recipient'))
      await plane.rotateRecipient({ name: 'acme', ...how }).catch(() => {})
      expect((await endsOf(world))[0]).toBeLessThanOrEqual(Math.max(left, how.overlap / DAY))
    }
  })

  test('of something that leaked ends first, then the new one gets its end, and it is remembered', async () => {
    const { world, plane } = await held()
    const { expiresAt } = await plane.rotateRecipient({ name: 'acme', overlap: 7 * DAY, isLeaked: true })
    expect(world.changes()).toEqual(['POST recipients/acme/rotate-token', 'PATCH recipients/acme'])
    expect([await endsOf(world), world.warnings]).toEqual([[0, 30], []])
    expect(expiresAt).toBe(new Date(world.fake.runtime.now() + 30 * DAY).toISOString())
    const at = new Date(world.fake.runtime.now()).toISOString()
    expect((await plane.showRecipient('acme')).leaks).toEqual([{ at, endedTokens: 1, voidedLink: false }])
    await plane.rotateRecipient({ name: 'acme', isLeaked: true })
    expect((await plane.showRecipient('acme')).leaks[1]).toEqual({ at, endedTokens: 0, voidedLink: true })
  })

  test('ends by the overlap, for which a new one lives as the metastore says: that is told where it was not agreed', async () => {
    const { world, plane } = await held()
    const { expiresAt } = await plane.rotateRecipient({ name: 'acme', overlap: 2 * DAY })
    expect([await endsOf(world), expiresAt]).toEqual([
      [2, 365],
      new Date(world.fake.runtime.now() + YEAR).toISOString(),
    ])
    expect(world.warnings).toEqual([expect.stringMatching(/let tokens live 30 days, or rotate with an overlap of 0/)])
    const agreed = await held(30 * DAY)
    await agreed.plane.rotateRecipient({ name: 'acme', overlap: 2 * DAY })
    expect([await endsOf(agreed.world), agreed.world.warnings]).toEqual([[2, 30], []])
  })

  test('has ended where the end of the new one cannot be set, and the link is given all the same', async () => {
    const { world, plane } = await held()
    world.fake.troubles.on(/^PATCH recipients/, refusing(403, 'PERMISSION_DENIED', 'User is not an owner of Recipient'))
    const { activationUrl } = await plane.rotateRecipient({ name: 'acme', overlap: 0 })
    expect([world.fake.recipients.linkOf('acme'), await endsOf(world)]).toEqual([activationUrl, [0, 365]])
    expect(world.warnings).toEqual([expect.stringContaining('could not be set')])
  })

  test('has ended where whoever is warned of the new one throws, and the link is given all the same', async () => {
    const { world } = await held()
    world.fake.troubles.on(/^PATCH recipients/, refusing(403, 'PERMISSION_DENIED', 'User is not an owner of Recipient'))
    const plane = world.plane({ onWarning: () => expect.fail('nobody hears this') })
    const { activationUrl } = await plane.rotateRecipient({ name: 'acme', overlap: 0 })
    expect([world.fake.recipients.linkOf('acme'), await endsOf(world)]).toEqual([activationUrl, [0, 365]])
  })

  test('has ended where that cannot be written down, and the link is given all the same', async () => {
    const { world, plane } = await held()
    const { put } = world.store
    Object.assign(world.store, { put: () => Promise.reject(new Error('the disk is full')) })
    const { activationUrl } = await plane.rotateRecipient({ name: 'acme', isLeaked: true })
    Object.assign(world.store, { put })
    expect([world.fake.recipients.linkOf('acme'), await endsOf(world)]).toEqual([activationUrl, [0, 30]])
    expect(world.warnings).toEqual([expect.stringContaining('could not be written down: the disk is full')])
  })
})

describe('a grant that fails while a link is made', () => {
  const refused = refusing(403, 'PERMISSION_DENIED', 'User is not an owner of Share')

  async function opened(): Promise<{ world: PlaneWorld; plane: SharePlane }> {
    const world = await withShares('sales')
    const plane = world.plane()
    await plane.createRecipient({ name: 'acme' })
    await plane.grantShare({ recipient: 'acme', share: 'sales' })
    world.fake.recipients.activate('acme')
    world.changes()
    return { world, plane }
  }

  test('does so before there is a link: no token is asked for', async () => {
    const { world, plane } = await opened()
    world.fake.troubles.on(/^PATCH shares\/sales\/permissions/, refused)
    expect((await failureOf(plane.rotateRecipient({ name: 'acme' }))).code).toBe('permission-denied')
    expect(world.changes()).toEqual(['PATCH shares/sales/permissions'])
    expect((await plane.showRecipient('acme')).tokens).toHaveLength(1)
  })

  test('keeps nothing alive that leaked: that has ended, the link is given, and what failed is told', async () => {
    const { world, plane } = await opened()
    world.fake.troubles.on(/^PATCH shares\/sales\/permissions/, refused)
    const { activationUrl } = await plane.rotateRecipient({ name: 'acme', isLeaked: true })
    const { tokens, leaks } = await plane.showRecipient('acme')
    expect([tokens.filter(({ live }) => live), leaks]).toEqual([[], [expect.objectContaining({ endedTokens: 1 })]])
    expect([world.fake.recipients.linkOf('acme'), world.readers('sales')]).toEqual([activationUrl, ['acme']])
    expect(world.warnings).toEqual([expect.stringContaining('not an owner of Share')])
  })

  test('is none of a share that somebody dropped in Databricks', async () => {
    const { world, plane } = await opened()
    await world.catalog().shares.delete('sales')
    const { activationUrl } = await plane.rotateRecipient({ name: 'acme' })
    expect(world.fake.recipients.linkOf('acme')).toBe(activationUrl)
  })

  test('where the recipient is made anew says that its link is lost, and another attempt makes it good', async () => {
    const { world, plane } = await opened()
    await plane.revokeRecipient('acme')
    world.fake.troubles.on(/^PATCH shares\/sales\/permissions/, refused)
    const error = await failureOf(plane.rotateRecipient({ name: 'acme' }))
    expect([error.code, error.message]).toEqual([
      'permission-denied',
      expect.stringMatching(/made anew .* its link is lost, rotate again/),
    ])
    const { activationUrl } = await plane.rotateRecipient({ name: 'acme' })
    expect([world.fake.recipients.linkOf('acme'), world.readers('sales')]).toEqual([activationUrl, ['acme']])
  })

  test('is no conflict where what the recipient had is gone by then', async () => {
    const { world, plane } = await opened()
    await plane.revokeRecipient('acme')
    world.fake.troubles.on(/^PATCH shares\/sales\/permissions/, refusing(409, 'ABORTED', 'Somebody else was faster'))
    expect((await failureOf(plane.rotateRecipient({ name: 'acme' }))).code).toBe('unavailable')
  })
})
