import { describe, expect, test } from 'vitest'
import { connector } from '../../src/connector/index.ts'
import type { DeltaError } from '../../src/errors.ts'
import {
  createRecipient,
  createShare,
  grantShare,
  listRecipients,
  loadShare,
  recipientsOf,
  redeemActivation,
  showRecipient,
} from '../../src/manifest/index.ts'
import { memoryStore } from '../../src/store/index.ts'
import { localStore } from '../../src/store/local.ts'
import { keysOf } from '../keys-of.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { configOf, emptyPlace, keysHolding, liveLinks, type Place, placeOn } from './killed-connector.ts'
import { killedAfter } from './killed-store.ts'
import { seeAsRecipient } from './recipient.ts'

describe('provisioning', () => {
  test('makes an empty share for one recipient, verifies it, and hands the link over once', async () => {
    const place = emptyPlace()
    const record = await place.open().provision(configOf())
    expect([record.phase, record.delivery]).toEqual(['verified-empty', 'delivered'])
    expect(await recipientsOf(place.store, 'kadoa_acme')).toEqual(['kadoa_acme'])
    expect((await loadShare(place.store, 'kadoa_acme')).id).toBe(record.share.id)
    expect(place.links).toHaveLength(1)
    expect(place.contacts).toEqual(['data@acme.example'])
    expect(place.events.map(({ eventType }) => eventType)).toEqual([
      'connector_recipient_created',
      'connector_grant_added',
      'connector_activation_delivered',
    ])
  })

  test('gives a link by which the recipient gets in and finds nothing yet', async () => {
    const place = emptyPlace()
    await place.open().provision(configOf())
    const code = place.links[0]?.activationCode ?? ''
    const { bearerToken } = await redeemActivation(place.store, { code }, place)
    expect(await seeAsRecipient(place, bearerToken)).toEqual({})
  })

  test('changes nothing when it is done already', async () => {
    const place = emptyPlace()
    const first = await place.open().provision(configOf())
    expect(await place.open().provision(configOf())).toEqual(first)
    expect(place.links).toHaveLength(1)
  })

  test('is refused with another configuration', async () => {
    const place = emptyPlace()
    await place.open().provision(configOf())
    const again = place.open().provision(configOf({ workflows: ['shop'] }))
    await expect(again).rejects.toMatchObject({ code: 'already-exists', message: expect.stringContaining('update it') })
  })

  test('takes another configuration until there is a recipient, and from then on says what leads on', async () => {
    const { requests } = await provisionRequests()
    const corrected = configOf({ recipient: { mode: 'token', contact: 'data@acme.example', lifetimeDays: 7 } })
    const outcomes = new Set<string>()
    for (let survived = 0; survived < requests.length; survived++) {
      const place = emptyPlace()
      await provisionDying(place, survived)
      const isMade = (await listRecipients(place.store)).length > 0
      const record = await place
        .open()
        .provision(corrected)
        .catch((error: DeltaError) => error)
      if (isMade) {
        expect(record).toMatchObject({
          code: 'already-exists',
          message: expect.stringMatching(/provision it to its end|update it/),
        })
        expect((await place.open().provision(configOf())).phase).toBe('verified-empty')
      } else {
        expect(record).toMatchObject({ phase: 'verified-empty', config: corrected })
        expect((await showRecipient(place.store, 'kadoa_acme')).tokenLifetime).toBe(7 * 86_400_000)
      }
      outcomes.add(isMade ? 'refused' : 'taken')
    }
    expect([...outcomes]).toEqual(['taken', 'refused'])
  })

  test('takes no other configuration for a share that is made elsewhere', async () => {
    const place = emptyPlace()
    const { requests } = await provisionRequests()
    const made = requests.findIndex((request) => request.startsWith('put sharing/shares/')) + 1
    await provisionDying(place, made)
    const elsewhere = place.open().provision(configOf({ catalog: 'another' }))
    await expect(elsewhere).rejects.toMatchObject({ code: 'already-exists' })
  })

  test('gives the recipient the terms that are configured', async () => {
    const place = emptyPlace()
    const recipient = { mode: 'token', contact: 'c', lifetimeDays: 7, ipAllowList: ['10.0.0.0/8'] }
    await place.open().provision(configOf({ recipient }))
    const { tokenLifetime, allowedIps } = await showRecipient(place.store, 'kadoa_acme')
    expect([tokenLifetime, allowedIps]).toEqual([7 * 86_400_000, ['10.0.0.0/8']])
  })

  test.each([
    ['share', (place: Place) => createShare(place.store, { name: 'kadoa_acme' })],
    ['recipient', (place: Place) => createRecipient(place.store, { name: 'kadoa_acme' })],
  ])('is refused where somebody else has its %s', async (what, make) => {
    const place = emptyPlace()
    await make(place)
    await expect(place.open().provision(configOf())).rejects.toMatchObject({
      code: 'already-exists',
      message: expect.stringContaining(`${what} kadoa_acme`),
    })
    expect(place.links).toEqual([])
  })

  test('is refused for a recipient on Databricks, by name', async () => {
    const sharingIdentifier = `aws:us-west-2:${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}`
    const config = configOf({ recipient: { mode: 'databricks', sharingIdentifier }, catalog: 'kadoa_prod' })
    await expect(emptyPlace().open().provision(config)).rejects.toMatchObject({ code: 'unsupported' })
  })

  test('makes nothing where nobody would take the link', async () => {
    const store = memoryStore()
    const handle = connector({ id: 'acme', store })
    await expect(handle.provision(configOf())).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(await keysOf(store)).toEqual([])
  })

  test('is refused for the configuration of another connector', async () => {
    const config = configOf({ connectorId: 'bolt' })
    await expect(emptyPlace().open().provision(config)).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  test('does not verify a share that somebody else may read too, and hands no link over', async () => {
    const place = emptyPlace()
    const { requests } = await provisionRequests()
    // Up to the grant: then somebody is let in by hand.
    const granted = requests.findLastIndex((request) => request.startsWith('put sharing/recipients/')) + 1
    await provisionDying(place, granted)
    await createRecipient(place.store, { name: 'mallory' }, place)
    await grantShare(place.store, { recipient: 'mallory', share: 'kadoa_acme' }, place)
    await expect(place.open().provision(configOf())).rejects.toMatchObject({
      code: 'permission-denied',
      details: { blame: 'kadoa', problems: [expect.objectContaining({ check: 'strangers' })] },
    })
    expect(place.links).toEqual([])
    expect(place.events.at(-1)?.eventType).toBe('connector_verification_failed')
  })
})

describe('a link that is not taken', () => {
  test('is void, and another is made when provisioning goes on', async () => {
    const place = emptyPlace()
    const lost: string[] = []
    const config = configOf()
    const failing = connector({
      id: 'acme',
      store: place.store,
      runtime: place.runtime,
      deliver: async ({ activationCode, activationUrl }) => {
        lost.push(activationCode)
        throw new Error(`no such address: ${activationUrl}`)
      },
    })
    const error: Error = await failing.provision(config).then(
      () => new Error('it was taken'),
      (error) => error,
    )
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('no such address') })
    expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain(lost[0])
    const record = await place.open().provision(config)
    expect(record.delivery).toBe('delivered')
    expect(place.links).toHaveLength(1)
    await expect(redeemActivation(place.store, { code: lost[0] ?? '' }, place)).rejects.toThrow()
  })
})

/** By a process that dies after so many requests; with the last, its answer may be lost. */
async function provisionDying(place: Place, survived: number, isAnswerLost?: boolean): Promise<void> {
  const store = killedAfter(place.store, survived, isAnswerLost)
  await place
    .open(store)
    .provision(configOf())
    .catch(() => {})
}

async function provisionRequests() {
  const place = emptyPlace()
  const store = killedAfter(place.store, Number.POSITIVE_INFINITY)
  await place.open(store).provision(configOf())
  return store
}

describe.each([false, true])('a process that is killed while it provisions (answer lost: %s)', (isAnswerLost) => {
  test('leaves what the next one goes on with, wherever it was: one share, one grant, one link that opens', async () => {
    const { requests } = await provisionRequests()
    for (let request = 1; request <= requests.length; request++) {
      const place = emptyPlace()
      await provisionDying(place, request - 1, isAnswerLost)
      await expectResumed(place, request)
    }
  })
})

test('a process that is killed on a local disk is followed by one that goes on', async () => {
  const { requests } = await provisionRequests()
  for (let request = 1; request <= requests.length; request += 5) {
    const directory = temporaryDirectory()
    const place = emptyPlace(localStore(directory))
    await provisionDying(place, request - 1)
    await expectResumed(place, request)
  }
})

async function expectResumed(place: Place, request: number): Promise<void> {
  const where = `killed at request ${request}`
  const record = await place.open().provision(configOf())
  expect([record.phase, record.delivery], where).toEqual(['verified-empty', 'delivered'])
  expect((await loadShare(place.store, 'kadoa_acme')).id, where).toBe(record.share.id)
  expect(await recipientsOf(place.store, 'kadoa_acme'), where).toEqual(['kadoa_acme'])
  const live = await liveLinks(place, place.links)
  expect(live, where).toEqual(place.links.slice(-1))
  const secrets = place.links.flatMap(({ activationCode, activationUrl }) => [activationCode, activationUrl])
  expect(await keysHolding(place.store, secrets), where).toEqual([])
  const said = JSON.stringify([place.events, place.warnings, record])
  for (const secret of secrets) expect(said, where).not.toContain(secret)
}

test('two processes that provision at once make one share, one recipient and one link', async () => {
  const place = emptyPlace()
  const other = placeOn(place.store, place.runtime)
  await Promise.all([place.open().provision(configOf()), other.open().provision(configOf())])
  expect([...place.links, ...other.links]).toHaveLength(1)
  expect(await recipientsOf(place.store, 'kadoa_acme')).toEqual(['kadoa_acme'])
})
