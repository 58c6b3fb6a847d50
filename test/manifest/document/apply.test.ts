import { describe, expect, test } from 'vitest'
import {
  addTable,
  applyPlan,
  createRecipient,
  exportShares,
  loadShare,
  parseShareDocument,
  planShares,
  redeemActivation,
  showRecipient,
} from '../../../src/manifest/index.ts'
import { memoryStore, type ObjectStore } from '../../../src/store/index.ts'
import { apply, DOCUMENT, everything, orders, runtime } from './documents.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

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

  test('names the tables to look at before: those that are new or shown otherwise', async () => {
    const store = memoryStore()
    const toLookAt = async (document: unknown): Promise<readonly string[]> => {
      const { tables } = await planShares(store, parseShareDocument(document).document, { runtime })
      return tables.map(({ name }) => name)
    }
    expect(await toLookAt(DOCUMENT)).toEqual(['orders', 'returns'])
    await apply(store, DOCUMENT)
    expect(await toLookAt(DOCUMENT)).toEqual([])
    const { shares: [sales] = [], ...exported } = await exportShares(store)
    expect(await toLookAt({ ...exported, shares: [{ ...sales, comment: 'for all' }] })).toEqual([])
    const schemas = [{ name: 'shop', tables: [{ ...orders, version: 5 }] }]
    expect(await toLookAt({ manifestVersion: 1, shares: [{ name: 'sales', schemas }] })).toEqual(['orders'])
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
