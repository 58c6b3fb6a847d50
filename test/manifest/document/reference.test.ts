import { describe, expect, test } from 'vitest'
import {
  createRecipient,
  createShare,
  exportShares,
  loadShare,
  parseShareDocument,
} from '../../../src/manifest/index.ts'
import { memoryStore } from '../../../src/store/index.ts'
import { apply, runtime } from './documents.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

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
