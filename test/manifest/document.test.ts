import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addTable,
  applyPlan,
  createRecipient,
  createShare,
  exportShares,
  grantShare,
  loadShare,
  parseShareDocument,
  planShares,
  redeemActivation,
  type ShareDocument,
  setRecipient,
  showRecipient,
} from '../../src/manifest/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'

const runtime = simulatedRuntime()
const code = (expected: string) => expect.objectContaining({ code: expected })

async function apply(store: ObjectStore, document: unknown, options: { prune?: boolean } = {}) {
  const plan = await planShares(store, parseShareDocument(document).document, { runtime, ...options })
  await applyPlan(store, plan, { runtime })
  return plan
}

const orders = { name: 'orders', location: 's3://bucket/orders' }
const DOCUMENT: ShareDocument = {
  manifestVersion: 1,
  shares: [
    {
      name: 'sales',
      displayName: 'Sales',
      comment: 'for partners',
      properties: { owner: 'team-a' },
      schemas: [
        {
          name: 'shop',
          tables: [
            { ...orders, version: 4, history: true, startVersion: 2 },
            { name: 'returns', location: 's3://bucket/returns', partition: { country: { in: ['DE', 'FR'] } } },
          ],
        },
      ],
    },
    { name: 'stock' },
  ],
  recipients: [
    { name: 'acme', expiresIn: '30d', allowedIps: ['192.0.2.0/24'], shares: ['sales', 'STOCK'] },
    { name: 'bolt', endpoint: 'https://share.example.com/delta-sharing' },
  ],
}

/** Every object below the root, as text. */
async function everything(store: ObjectStore): Promise<string> {
  let text = ''
  for await (const { key } of store.list()) text += key + new TextDecoder().decode((await store.get(key)).body)
  return text
}

describe('applying a document', () => {
  test('makes everything that it says', async () => {
    const store = memoryStore()
    await apply(store, DOCUMENT)
    expect(await loadShare(store, 'sales')).toMatchObject({
      displayName: 'Sales',
      comment: 'for partners',
      properties: { owner: 'team-a' },
      generation: 0,
      tables: [
        { schema: 'shop', name: 'orders', version: 4, history: true, startVersion: 2 },
        {
          schema: 'shop',
          name: 'returns',
          version: 'latest',
          history: false,
          partition: { country: { in: ['DE', 'FR'] } },
        },
      ],
    })
    expect(await showRecipient(store, 'acme', { runtime })).toMatchObject({
      status: 'uninvited',
      tokenLifetime: 30 * 86_400_000,
      allowedIps: ['192.0.2.0/24'],
      shares: ['sales', 'stock'],
    })
    expect(await showRecipient(store, 'bolt', { runtime })).toMatchObject({
      tokenLifetime: 90 * 86_400_000,
      endpoint: 'https://share.example.com/delta-sharing',
      shares: [],
    })
  })

  test('a second time changes nothing', async () => {
    const store = memoryStore()
    await apply(store, DOCUMENT)
    const before = await everything(store)
    expect((await apply(store, DOCUMENT)).differences).toEqual([])
    expect(await everything(store)).toBe(before)
  })

  test('only planning it changes nothing either', async () => {
    const store = memoryStore()
    const { differences } = await planShares(store, parseShareDocument(DOCUMENT).document, { runtime })
    expect(differences.map(({ action, kind, name, share }) => [action, kind, name, share])).toEqual([
      ['add', 'share', 'sales', undefined],
      ['add', 'table', 'sales.shop.orders', undefined],
      ['add', 'table', 'sales.shop.returns', undefined],
      ['add', 'share', 'stock', undefined],
      ['add', 'recipient', 'acme', undefined],
      ['add', 'grant', 'acme', 'sales'],
      ['add', 'grant', 'acme', 'stock'],
      ['add', 'recipient', 'bolt', undefined],
    ])
    expect(await everything(store)).toBe('')
  })

  test('changes in place what it says otherwise: ids, tokens and links stay, what is left out is the default', async () => {
    const store = memoryStore()
    await apply(store, DOCUMENT)
    const [before] = (await loadShare(store, 'sales')).tables
    const { activationCode } = await createRecipient(store, { name: 'carl', expiresIn: 1000 * 60 }, { runtime })
    await redeemActivation(store, { code: activationCode }, { runtime })
    const { differences } = await apply(store, {
      manifestVersion: 1,
      shares: [{ name: 'Sales', schemas: [{ name: 'shop', tables: [{ ...orders, version: 5 }] }] }],
      recipients: [{ name: 'carl', shares: ['sales'] }],
    })
    expect(differences).toEqual([
      {
        action: 'change',
        kind: 'share',
        name: 'sales',
        fields: {
          displayName: { from: 'Sales', to: null },
          comment: { from: 'for partners', to: null },
          properties: { from: { owner: 'team-a' }, to: null },
        },
      },
      {
        action: 'change',
        kind: 'table',
        name: 'sales.shop.orders',
        fields: {
          version: { from: 4, to: 5 },
          history: { from: true, to: false },
          startVersion: { from: 2, to: null },
        },
      },
      { action: 'change', kind: 'recipient', name: 'carl', fields: { expiresIn: { from: '1 minute', to: '90 days' } } },
      { action: 'add', kind: 'grant', name: 'carl', share: 'sales' },
    ])
    const share = await loadShare(store, 'sales')
    expect(share).toMatchObject({ generation: 1, tables: [{ id: before?.id, version: 5 }, { name: 'returns' }] })
    expect(await showRecipient(store, 'carl', { runtime })).toMatchObject({
      status: 'active',
      tokens: [{ live: true }],
    })
  })

  test('leaves what it does not name and says so; prunes it when asked, in the sections that it has', async () => {
    const store = memoryStore()
    await apply(store, DOCUMENT)
    const shares = [{ name: 'sales', schemas: [{ name: 'shop', tables: [{ ...orders, id: undefined }] }] }]
    const removed = [
      { action: 'remove', kind: 'table', name: 'sales.shop.returns' },
      { action: 'remove', kind: 'share', name: 'stock' },
    ]
    expect((await apply(store, { manifestVersion: 1, shares })).kept).toEqual(removed)
    expect((await loadShare(store, 'sales')).tables).toHaveLength(2)
    const pruned = await apply(store, { manifestVersion: 1, shares }, { prune: true })
    expect(pruned.differences).toEqual(removed)
    expect(pruned.kept).toEqual([])
    expect(await exportShares(store)).toMatchObject({
      shares: [{ name: 'sales', schemas: [{ tables: [{ name: 'orders' }] }] }],
      recipients: [{ name: 'acme', shares: ['sales'] }, { name: 'bolt' }],
    })

    const recipients = { manifestVersion: 1, recipients: [{ name: 'acme', expiresIn: '30d' }] }
    const gone = [
      { action: 'remove', kind: 'grant', name: 'acme', share: 'sales' },
      { action: 'remove', kind: 'recipient', name: 'bolt' },
    ]
    expect((await planShares(store, parseShareDocument(recipients).document, { runtime })).kept).toEqual(gone)
    const { differences } = await apply(store, recipients, { prune: true })
    expect(differences.filter(({ action }) => action === 'remove')).toEqual(gone)
    expect(await exportShares(store)).toMatchObject({
      shares: [{ name: 'sales' }],
      recipients: [{ name: 'acme', shares: [] }],
    })
  })

  test('refuses a grant of a share that is nowhere, and changes nothing', async () => {
    const store = memoryStore()
    const document = {
      manifestVersion: 1,
      shares: [{ name: 'sales' }],
      recipients: [{ name: 'acme', shares: ['sale'] }],
    }
    await expect(apply(store, document)).rejects.toEqual(code('not-found'))
    expect(await everything(store)).toBe('')
  })

  test('is a conflict when somebody changed the share since it was planned', async () => {
    const store = memoryStore()
    await apply(store, DOCUMENT)
    const change = { manifestVersion: 1, shares: [{ name: 'stock', comment: 'mine' }, { name: 'new' }] }
    const plan = await planShares(store, parseShareDocument(change).document, { runtime })
    await addTable(store, { share: 'stock', schema: 'a', name: 'b', location: 'c' }, { runtime })
    await expect(applyPlan(store, plan, { runtime })).rejects.toEqual(code('conflict'))
    expect(await loadShare(store, 'stock')).toMatchObject({ tables: [{ name: 'b' }] })
    await apply(store, change)
    expect(await loadShare(store, 'stock')).toMatchObject({ comment: 'mine', tables: [{ name: 'b' }] })
  })

  test('goes on with the tokens of a recipient that were made meanwhile', async () => {
    const store = memoryStore()
    const { activationCode } = await createRecipient(store, { name: 'acme' }, { runtime })
    const plan = await planShares(store, parseShareDocument(DOCUMENT).document, { runtime })
    await redeemActivation(store, { code: activationCode }, { runtime })
    await applyPlan(store, plan, { runtime })
    expect(await showRecipient(store, 'acme', { runtime })).toMatchObject({
      status: 'active',
      shares: ['sales', 'stock'],
    })
  })

  test('killed before any of its writes, is finished by applying it again', async () => {
    for (let survived = 0; ; survived++) {
      const inner = memoryStore()
      await apply(inner, {
        manifestVersion: 1,
        shares: [{ name: 'old' }, { name: 'sales' }],
        recipients: [{ name: 'acme', shares: ['old'] }],
      })
      let writes = 0
      const unlessDead = <A extends readonly unknown[], R>(write: (...call: A) => Promise<R>) => {
        return (...call: A): Promise<R> => (writes++ < survived ? write(...call) : Promise.reject(new Error('killed')))
      }
      const dying: ObjectStore = { ...inner, put: unlessDead(inner.put), delete: unlessDead(inner.delete) }
      const died = await apply(dying, DOCUMENT, { prune: true }).then(
        () => false,
        () => true,
      )
      await apply(inner, DOCUMENT, { prune: true })
      expect(
        (await planShares(inner, parseShareDocument(DOCUMENT).document, { runtime, prune: true })).differences,
      ).toEqual([])
      if (!died) return expect(survived).toBeGreaterThan(4)
    }
  })

  test('never shows to who loses a share what it shows next, nor to who gets one what it showed before', async () => {
    const inner = memoryStore()
    const state = (who: string, table: string) => ({
      manifestVersion: 1,
      shares: [{ name: 'sales', schemas: [{ name: 'shop', tables: [{ name: table, location: table }] }] }],
      recipients: ['old', 'new'].map((name) => ({ name, shares: name === who ? ['sales'] : [] })),
    })
    await apply(inner, state('old', 'before'))
    let writes = 0
    const watch = async () => {
      const { tables } = await loadShare(inner, 'sales')
      for (const name of ['old', 'new']) {
        const { shares } = await showRecipient(inner, name, { runtime })
        if (shares.length > 0)
          expect([name, tables[0]?.name]).toEqual(name === 'old' ? ['old', 'before'] : ['new', 'after'])
      }
    }
    const watched: ObjectStore = {
      ...inner,
      async put(...call) {
        writes++
        const result = await inner.put(...call)
        await watch()
        return result
      },
    }
    await apply(watched, state('new', 'after'), { prune: true })
    expect(writes).toBe(3)
    expect(await showRecipient(inner, 'new', { runtime })).toMatchObject({ shares: ['sales'] })
  })
})

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

describe('a document is refused', () => {
  const share = (table: object) => ({
    manifestVersion: 1,
    shares: [{ name: 's', schemas: [{ name: 'x', tables: [table] }] }],
  })
  test.each<[string, unknown, RegExp]>([
    ['that is none', 'shares', /the document: Invalid input/],
    ['without its version', { shares: [] }, /manifestVersion/],
    ['of a version to come', { manifestVersion: 2 }, /manifestVersion/],
    [
      'with a key that is mistyped',
      share({ ...orders, partiton: { c: 1 } }),
      /tables\.0: Unrecognized key: "partiton"/,
    ],
    ['with a filter that is none', share({ ...orders, partition: { c: { like: 'x' } } }), /partition\.c.*"like"/],
    ['with a filter of nothing', share({ ...orders, partition: {} }), /at least one partition column/],
    ['with a number that would be rounded', share({ ...orders, partition: { c: 2n ** 60n } }), /partition\.c/],
    ['with a time that is none', { manifestVersion: 1, recipients: [{ name: 'a', expiresIn: 'soon' }] }, /90d/],
    ['that names a share twice', { manifestVersion: 1, shares: [{ name: 'a' }, { name: 'A' }] }, /share "A" twice/],
    ['that names a recipient twice', { manifestVersion: 1, recipients: [{ name: 'a' }, { name: 'A' }] }, /twice/],
    [
      'that names a table twice',
      { manifestVersion: 1, shares: [{ name: 's', schemas: [{ name: 'x', tables: [orders, orders] }] }] },
      /table of s\.x "orders" twice/,
    ],
  ])('%s', (_, document, message) => {
    expect(() => parseShareDocument(document)).toThrow(code('invalid-argument'))
    expect(() => parseShareDocument(document)).toThrow(message)
  })

  test.each<[string, object]>([
    ['a share that may not be called so', { manifestVersion: 1, shares: [{ name: 'a b' }] }],
    ['a table that may not be called so', share({ ...orders, name: 'a.b' })],
    ['a start version without history', share({ ...orders, startVersion: 3 })],
    ['a recipient that may not be called so', { manifestVersion: 1, recipients: [{ name: 'a/b' }] }],
    ['a life beyond a year', { manifestVersion: 1, recipients: [{ name: 'a', expiresIn: '366d' }] }],
    ['an address that is none', { manifestVersion: 1, recipients: [{ name: 'a', allowedIps: ['nowhere'] }] }],
  ])('for %s, before anything is written', async (_, document) => {
    const store = memoryStore()
    await expect(apply(store, document)).rejects.toEqual(code('invalid-argument'))
    expect(await everything(store)).toBe('')
  })
})

describe('a configuration of the reference server', () => {
  const ID = '00000000-0000-4000-8000-000000000001'
  const configuration = {
    version: 1,
    shares: [
      {
        name: 'share1',
        schemas: [
          {
            name: 'schema1',
            tables: [
              { name: 'table1', location: 's3a://bucket/table1', id: ID, historyShared: true, startVersion: 3 },
              { name: 'table2', location: 's3a://bucket/table2', id: 'not-a-uuid', startVersion: 3, color: 'red' },
            ],
          },
          { name: 'empty', tables: null },
        ],
      },
      { name: 'share2', schemas: null },
    ],
    authorization: { bearerToken: 'secret-of-theirs' },
    host: 'localhost',
    port: 8080,
    preSignedUrlTimeoutSeconds: 3600,
  }

  test('is taken for its shares; what else it says is named and left aside', () => {
    const { document, notices } = parseShareDocument(configuration)
    expect(document).toEqual({
      manifestVersion: 1,
      shares: [
        {
          name: 'share1',
          schemas: [
            {
              name: 'schema1',
              tables: [
                { name: 'table1', location: 's3://bucket/table1', id: ID, history: true, startVersion: 3 },
                { name: 'table2', location: 's3://bucket/table2' },
              ],
            },
            { name: 'empty', tables: [] },
          ],
        },
        { name: 'share2', schemas: [] },
      ],
    })
    expect(notices).toEqual([
      expect.stringMatching(/authorization, host, port, preSignedUrlTimeoutSeconds$/),
      'left aside in table share1.schema1.table2: color',
      expect.stringMatching(/startVersion means nothing/),
      expect.stringMatching(/"not-a-uuid" is no UUID/),
    ])
    expect(notices.join()).not.toContain('secret-of-theirs')
  })

  test('leaves recipients alone, even when it prunes', async () => {
    const store = memoryStore()
    await createRecipient(store, { name: 'acme' }, { runtime })
    await createShare(store, { name: 'other' }, { runtime })
    const { differences } = await apply(store, configuration, { prune: true })
    expect(differences).toContainEqual({ action: 'remove', kind: 'share', name: 'other' })
    expect((await loadShare(store, 'share1')).tables[0]).toMatchObject({ id: ID, history: true, startVersion: 3 })
    expect(await exportShares(store)).toMatchObject({ recipients: [{ name: 'acme' }] })
  })

  test('of another version, or misshapen, is refused', () => {
    for (const wrong of [{ version: 2 }, { version: 1, shares: [{ schemas: [] }] }, { version: 1, shares: 'all' }]) {
      expect(() => parseShareDocument(wrong)).toThrow(code('invalid-argument'))
    }
  })
})
