import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { createTable, openTable, type Table } from '../../src/index.ts'
import { formatCommitPath, loadSnapshot } from '../../src/log/index.ts'
import { openStore } from '../../src/store/index.ts'
import { collect } from '../collect.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

/** A table in a directory, whose two files were packed into one. */
async function packedIn(path: string): Promise<Table> {
  const table = await createTable(path, { rows: [{ id: 1 }] })
  await table.append([{ id: 2 }])
  await table.optimize()
  await table.settled()
  return table
}

const NOW = { retentionMilliseconds: 0, force: true }

test('a vacuum of a directory takes what links lead to inside of it, and a link to a file as a link', async () => {
  const [path, elsewhere] = [join(temporaryDirectory(), 't'), temporaryDirectory()]
  const table = await packedIn(path)
  for (const name of ['linked.txt', 'inside.txt']) writeFileSync(join(elsewhere, name), 'x')
  mkdirSync(join(elsewhere, 'folder'))
  writeFileSync(join(elsewhere, 'folder', 'in-folder.txt'), 'x')
  symlinkSync(join(elsewhere, 'linked.txt'), join(path, 'link.txt'))
  symlinkSync(join(elsewhere, 'folder'), join(path, 'folder'))
  symlinkSync(join(elsewhere, 'nowhere'), join(path, 'broken'))
  mkdirSync(join(path, 'empty'))
  expect(await table.vacuum(NOW)).toMatchObject({ deleted: 4, kept: 1 })
  const left = (...names: string[]): boolean => existsSync(join(...names))
  expect([left(path, 'link.txt'), left(elsewhere, 'linked.txt')]).toEqual([false, true])
  expect([left(elsewhere, 'folder', 'in-folder.txt'), left(path, 'empty'), left(path, 'folder')]).toEqual([
    false,
    true,
    true,
  ])
  expect(await collect(table.read())).toHaveLength(2)
})

test('a vacuum keeps a file that the log names by its full path', async () => {
  const path = join(temporaryDirectory(), 'a table')
  const table = await packedIn(path)
  const store = await openStore(path)
  const [file] = (await loadSnapshot(store)).files()
  const absolute = `${pathToFileURL(path).href}/${file?.path}`
  const actions = [
    { remove: { path: file?.path, deletionTimestamp: 1, dataChange: false } },
    { add: { ...file, path: absolute } },
  ]
  const text = actions.map((action) => JSON.stringify(action)).join('\n')
  await store.put(formatCommitPath(table.version + 1), new TextEncoder().encode(text), { mode: 'create' })
  const again = await openTable(path)
  expect(await again.vacuum(NOW)).toMatchObject({ deleted: 2, kept: 1 })
  expect(await collect((await openTable(path)).read())).toHaveLength(2)
})
