import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  addTable,
  createRecipient,
  createShare,
  ensureSigningKeys,
  grantShare,
  listRecipients,
  listShares,
  loadShare,
  pinnedVersions,
  recipientsOf,
  surveyRecipients,
  surveyShares,
} from '../../src/manifest/index.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { localStore } from '../../src/store/local.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

test('only the owner may read the objects of the manifest on disk, new and changed', async () => {
  const directory = temporaryDirectory()
  const store = localStore(directory)
  await createShare(store, { name: 'sales' })
  await createRecipient(store, { name: 'acme' })
  await grantShare(store, { recipient: 'acme', share: 'sales' })
  await ensureSigningKeys(store)
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  expect(files).toHaveLength(4)
  for (const file of files) expect([file, (await stat(file)).mode & 0o777]).toEqual([file, 0o600])
})

describe('where one object of the manifest is damaged,', () => {
  const damage = (store: ObjectStore, key: string, text: string) =>
    store.put(key, new TextEncoder().encode(text), { mode: 'overwrite' })
  const invalid = (key: string) =>
    expect.objectContaining({ code: 'invalid-data', message: expect.stringContaining(key) })

  async function damaged(text: string): Promise<ObjectStore> {
    const store = memoryStore()
    for (const name of ['archive', 'Sales', 'team']) await createShare(store, { name })
    const pinned = { schema: 'shop', name: 'orders', location: '/srv/orders', version: 3 }
    await addTable(store, { share: 'archive', ...pinned })
    await addTable(store, { share: 'sales', ...pinned, version: 2 })
    for (const name of ['Acme', 'beta']) {
      await createRecipient(store, { name })
      for (const share of ['sales', 'team']) await grantShare(store, { recipient: name, share })
    }
    await damage(store, 'sharing/shares/sales.json', text)
    await damage(store, 'sharing/recipients/acme.json', text)
    return store
  }

  test.each(['', '{"manifestVersion": 1, "name"', '{"manifestVersion":2,"name":"sales"}', 'null', '[]'])(
    'as %j, a survey tells it as such between the others',
    async (text) => {
      const store = await damaged(text)
      expect(await surveyShares(store)).toMatchObject([
        { name: 'archive', generation: 1 },
        { name: 'sales', damaged: expect.stringContaining('sharing/shares/sales.json') },
        { name: 'team', generation: 0 },
      ])
      expect(await surveyRecipients(store)).toMatchObject([
        { name: 'acme', damaged: expect.stringContaining('sharing/recipients/acme.json') },
        { name: 'beta', shares: ['team'] },
      ])
    },
  )

  test('whoever relies on having all is refused, the pins for a vacuum before all', async () => {
    const store = await damaged('{}')
    const share = invalid('sharing/shares/sales.json')
    await expect(pinnedVersions(store, '/srv/orders')).rejects.toEqual(share)
    await expect(pinnedVersions(store, '/srv/elsewhere')).rejects.toEqual(share)
    await expect(listShares(store)).rejects.toEqual(share)
    await expect(loadShare(store, 'sales')).rejects.toEqual(share)
    await expect(listRecipients(store)).rejects.toMatchObject({ code: 'invalid-data' })
    await expect(recipientsOf(store, 'team')).rejects.toEqual(invalid('sharing/recipients/acme.json'))
  })

  test('a survey passes on that the storage cannot be read', async () => {
    const store = memoryStore()
    await createShare(store, { name: 'sales' })
    const broken: ObjectStore = { ...store, get: () => Promise.reject(new Error('the disk is gone')) }
    await expect(surveyShares(broken)).rejects.toThrow('the disk is gone')
  })
})
