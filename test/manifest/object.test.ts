import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRecipient, createShare, ensureSigningKeys, grantShare } from '../../src/manifest/index.ts'
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
