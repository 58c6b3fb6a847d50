import { describe, expect, test } from 'vitest'
import { parseShareDocument } from '../../../src/manifest/index.ts'
import { memoryStore } from '../../../src/store/index.ts'
import { apply, everything, orders } from './documents.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

describe('a document is refused', () => {
  const share = (table: object) => ({
    manifestVersion: 1,
    shares: [{ name: 's', schemas: [{ name: 'x', tables: [table] }] }],
  })
  test.each<[string, unknown, RegExp]>([
    ['that is none', 'shares', /the document: expected an object, found a text/],
    ['without its version', { shares: [] }, /manifestVersion/],
    ['of a version to come', { manifestVersion: 2 }, /manifestVersion/],
    [
      'with a key that is mistyped',
      share({ ...orders, partiton: { c: 1 } }),
      /tables\[0\]: expected known keys only, found "partiton" \(did you mean "partition"\?\)/,
    ],
    [
      'with keys that mean nothing',
      { manifestVersion: 1, shares: [], share: [], colour: 'red', recipents: [] },
      /found "share", "colour", "recipents" \(did you mean "recipients"\?\)/,
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
