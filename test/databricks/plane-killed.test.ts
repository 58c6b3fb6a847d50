import { describe, expect, test } from 'vitest'
import { isDeltaError } from '../../src/errors.ts'
import { objectStorePlane, type Publication, type Share, type SharePlane } from '../../src/manifest/index.ts'
import { prefixStore } from '../../src/store/index.ts'
import { type End, PlaneWorld, Strike } from './plane-world.ts'

const METASTORE = 'aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016'
const ENDS: readonly End[] = ['dies before', 'dies after', 'loses the answer']

/** Strikes at each request that changes something, until a whole attempt comes through. */
async function everywhere(scenario: (strike: Strike) => Promise<void>, end: End): Promise<number> {
  for (let at = 1; at < 100; at++) {
    const strike = new Strike(at, end)
    await scenario(strike)
    if (!strike.struck) return at - 1
  }
  throw new Error('the attempts do not end')
}

const shop = (name: string, location: string) => ({ schema: 'shop', name, location: `memory://tables/${location}` })

/** Four tables are shown: two will move, one goes, one starts later; a fifth comes. */
async function publishedOnce(): Promise<{ world: PlaneWorld; next: Omit<Publication, 'share'> }> {
  const world = new PlaneWorld()
  for (const name of ['v1', 'latest-1', 'latest-2', 'gone', 'other-1', 'other-2', 'v2']) await world.newTable(name)
  const plane = world.plane()
  const share = await plane.createShare({ name: 'sales' })
  const tables = [shop('V1', 'v1'), shop('LATEST', 'latest-1'), shop('GONE', 'gone'), shop('OTHER', 'other-1')]
  await plane.publish({
    share,
    tables: tables.map((table) => ({ ...table, version: 0, history: table.name === 'V1' })),
  })
  const moved = [shop('LATEST', 'latest-2'), shop('OTHER', 'other-2'), shop('V2', 'v2')]
  const next = {
    tables: [...moved, { ...shop('V1', 'v1'), version: 1, history: true, startVersion: 1 }],
    remove: [{ schema: 'shop', name: 'GONE' }],
  }
  return { world, next }
}

const BEFORE = { 'shop.v1': 'v1', 'shop.latest': 'latest-1', 'shop.gone': 'gone', 'shop.other': 'other-1' }
const AFTER = { 'shop.v1': 'v1', 'shop.latest': 'latest-2', 'shop.v2': 'v2', 'shop.other': 'other-2' }

function ledgerOf(world: PlaneWorld): Promise<Share> {
  return objectStorePlane(prefixStore(world.store, 'databricks')).loadShare('sales')
}

/** The ledger and what recipients see are one. */
async function expectAgreement(world: PlaneWorld): Promise<void> {
  const { tables } = await ledgerOf(world)
  const said = tables.map(({ schema, name, location }) => [
    `${schema}.${name}`.toLowerCase(),
    location.replace('memory://tables/', ''),
  ])
  expect(world.shown('sales')).toEqual(Object.fromEntries(said))
}

async function triedOf(attempt: Promise<unknown>): Promise<void> {
  await attempt.catch((error: unknown) => {
    if (!isDeltaError(error) && !(error instanceof TypeError)) throw error
  })
}

describe.each(ENDS)('a publisher that %s at any request that changes something', (end) => {
  test('leaves nothing that another who publishes the same does not set right', async () => {
    const struck = await everywhere(async (strike) => {
      const { world, next } = await publishedOnce()
      const share = await world.plane().loadShare('sales')
      await triedOf(world.plane({}, strike).publish({ share, ...next }))
      const rival = world.plane()
      await rival.publish({ share: await rival.loadShare('sales'), ...next })
      expect(world.shown('sales')).toEqual(AFTER)
      await expectAgreement(world)
      expect((await rival.loadShare('sales')).tables).toHaveLength(4)
    }, end)
    expect(struck).toBeGreaterThanOrEqual(6)
  })

  test('leaves nothing that was not published once another has published something else and shown what is hidden', async () => {
    await everywhere(async (strike) => {
      const { world, next } = await publishedOnce()
      const share = await world.plane().loadShare('sales')
      await triedOf(world.plane({}, strike).publish({ share, ...next }))
      const rival = world.plane()
      await world.newTable('else')
      const seen = await rival.publish({ share: await rival.loadShare('sales'), tables: [shop('ELSE', 'else')] })
      const shownNow = (await rival.loadShare('sales')).tables.map(({ name }) => name)
      const hidden = seen.tables.filter(({ name }) => !shownNow.includes(name))
      await rival.publish({ share: seen, tables: hidden })
      await expectAgreement(world)
      expect([
        { ...BEFORE, 'shop.else': 'else' },
        { ...AFTER, 'shop.else': 'else' },
      ]).toContainEqual(world.shown('sales'))
    }, end)
  })
})

describe.each(ENDS)('an administrator who %s at any request that changes something', (end) => {
  const finished = async (call: () => Promise<unknown>, but: string): Promise<void> => {
    await call().catch((error: unknown) => {
      if (!isDeltaError(error) || error.code !== but) throw error
    })
  }

  test('can create a share again', async () => {
    await everywhere(async (strike) => {
      const world = new PlaneWorld()
      await triedOf(world.plane({}, strike).createShare({ name: 'sales', comment: 'for partners' }))
      await finished(() => world.plane().createShare({ name: 'sales', comment: 'for partners' }), 'already-exists')
      expect((await world.plane().loadShare('sales')).comment).toBe('for partners')
    }, end)
  })

  test('can drop a share again, and create another of that name', async () => {
    await everywhere(async (strike) => {
      const { world } = await publishedOnce()
      await triedOf(world.plane({}, strike).dropShare('sales'))
      await finished(() => world.plane().dropShare('sales'), 'not-found')
      expect(world.fake.namespaces.schemas).not.toContain('kadoa_prod.sales')
      expect(world.fake.shares.shown()).toEqual([])
      expect((await world.plane().createShare({ name: 'sales' })).tables).toEqual([])
    }, end)
  })

  test.each([
    ['by its metastore', { sharingIdentifier: METASTORE }],
    ['by token', {}],
  ])('can create a recipient that is known %s again, and grant it a share', async (_, terms) => {
    await everywhere(async (strike) => {
      const world = new PlaneWorld()
      await world.plane().createShare({ name: 'sales' })
      const steps = async (plane: SharePlane): Promise<void> => {
        await finished(() => plane.createRecipient({ name: 'acme', ...terms }), 'already-exists')
        await plane.grantShare({ recipient: 'acme', share: 'sales' })
      }
      await triedOf(steps(world.plane({}, strike)))
      await steps(world.plane())
      expect(await world.plane().recipientsOf('sales')).toEqual(['acme'])
      expect((await world.plane().showRecipient('acme')).shares).toEqual(['sales'])
      expect(world.fake.recipients.count).toBe(1)
      await world.plane().dropRecipient('acme')
      expect(world.fake.recipients.count).toBe(0)
    }, end)
  })

  test('can rotate, revoke and drop a recipient again', async () => {
    await everywhere(async (strike) => {
      const world = new PlaneWorld()
      await world.plane().createShare({ name: 'sales' })
      await world.plane().createRecipient({ name: 'acme' })
      await world.plane().grantShare({ recipient: 'acme', share: 'sales' })
      const struck = world.plane({}, strike)
      await triedOf(struck.revokeRecipient('acme'))
      await world.plane().revokeRecipient('acme')
      await triedOf(struck.rotateRecipient({ name: 'acme', overlap: 0 }))
      const { activationUrl } = await world.plane().rotateRecipient({ name: 'acme', overlap: 0 })
      expect(world.fake.recipients.linkOf('acme')).toBe(activationUrl)
      expect(await world.plane().recipientsOf('sales')).toEqual(['acme'])
      await triedOf(struck.dropRecipient('acme'))
      await finished(() => world.plane().dropRecipient('acme'), 'not-found')
      expect(world.fake.recipients.count).toBe(0)
      expect(await world.plane().recipientsOf('sales')).toEqual([])
    }, end)
  })
})
