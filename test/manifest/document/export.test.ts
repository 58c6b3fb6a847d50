import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createRecipient,
  createShare,
  exportShares,
  grantShare,
  redeemActivation,
  setRecipient,
} from '../../../src/manifest/index.ts'
import { memoryStore } from '../../../src/store/index.ts'
import { apply, runtime } from './documents.ts'

describe('an export', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/)
  const distinct = <T extends { name: string }>(items: fc.Arbitrary<T>, maxLength: number) =>
    fc.uniqueArray(items, { maxLength, selector: (item) => item.name })
  const table = fc.record({
    name,
    location: fc.constantFrom('s3://bucket/a', '/srv/b', 'memory://c'),
    version: fc.oneof(fc.nat(9), fc.constant('latest' as const)),
    history: fc.boolean(),
    partition: fc.option(fc.constantFrom({ c: 'DE' }, { or: [{ c: null }, { d: { in: [1, 2] } }] }), {
      nil: undefined,
    }),
  })
  const documents = fc.record({
    manifestVersion: fc.constant(1 as const),
    shares: distinct(
      fc.record({
        name,
        comment: fc.option(fc.string({ maxLength: 20 }), { nil: undefined }),
        schemas: distinct(fc.record({ name, tables: distinct(table, 3) }), 2),
      }),
      3,
    ),
    recipients: distinct(
      fc.record({
        name,
        expiresIn: fc.constantFrom('1d', '90d', '36h', '1500ms'),
        allowedIps: fc.subarray(['192.0.2.1', '2001:db8::/32']),
      }),
      3,
    ),
  })

  test('applied to where it is from changes nothing, and anywhere else makes the same', async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        const [store, copy] = [memoryStore(), memoryStore()]
        const recipients = document.recipients.map((recipient, i) => ({
          ...recipient,
          shares: document.shares.slice(i).map((share) => share.name),
        }))
        await apply(store, { ...document, recipients })
        const exported = JSON.parse(JSON.stringify(await exportShares(store)))
        expect((await apply(store, exported, { prune: true })).differences).toEqual([])
        await apply(copy, exported)
        expect(await exportShares(copy)).toEqual(await exportShares(store))
      }),
      { numRuns: 50 },
    )
  })

  test('holds no secret and no hash of one', async () => {
    const store = memoryStore()
    await createShare(store, { name: 'sales' }, { runtime })
    const { activationCode } = await createRecipient(store, { name: 'acme' }, { runtime })
    const { bearerToken } = await redeemActivation(store, { code: activationCode }, { runtime })
    await grantShare(store, { recipient: 'acme', share: 'sales' }, { runtime })
    await setRecipient(store, { name: 'acme', allowedIps: ['192.0.2.1'] }, { runtime })
    const text = JSON.stringify(await exportShares(store))
    expect(text).not.toMatch(/[0-9a-f]{64}|dqa?_/)
    for (const secret of [activationCode, bearerToken]) expect(text).not.toContain(secret.slice(-49))
    expect(await exportShares(store)).toEqual({
      manifestVersion: 1,
      shares: [{ name: 'sales', schemas: [] }],
      recipients: [{ name: 'acme', expiresIn: '90d', allowedIps: ['192.0.2.1'], shares: ['sales'] }],
    })
  })
})
