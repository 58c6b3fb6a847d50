import { expect, test } from 'vitest'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, prefixStore } from '../../src/store/index.ts'
import { createTable, openTable, partFiles, readPart, renamePart, stageRows } from '../../src/table/index.ts'
import { collect } from '../collect.ts'
import { keysOf } from '../keys-of.ts'
import { field } from './table-with.ts'

const runtime = simulatedRuntime()
const schemaOf = (comment: string) => ({
  type: 'struct' as const,
  fields: [{ name: 'id', type: { type: 'long' as const }, nullable: true, metadata: { comment } }],
})

async function staged() {
  const root = memoryStore()
  const [staging, tables] = [prefixStore(root, 'staging'), prefixStore(root, 'table')]
  const part = await stageRows([{ id: 1 }, { id: 2 }], { store: staging, schema: schemaOf('as staged'), runtime })
  return { root, staging, tables, part }
}

test('rows are staged for a table that is not there yet, and committed once their files were copied to it', async () => {
  const { root, staging, tables, part } = await staged()
  const [file] = partFiles(part)
  expect(partFiles(part)).toEqual([{ key: file?.key, bytes: part.bytes, rows: 2 }])
  expect(await keysOf(root)).toEqual([`staging/${file?.key}`])
  const made = await createTable(tables.location, { store: tables, schema: schemaOf('as staged'), runtime })
  for (const { key } of partFiles(part)) await root.copy(`staging/${key}`, `table/${key}`)
  expect(await made.commit([part])).toMatchObject({ version: 1, rows: 2 })
  expect(await collect(made.read())).toEqual([{ id: 1 }, { id: 2 }])
  expect(await collect(readPart(part, { store: staging, where: { id: { gt: 1 } } }))).toEqual([{ id: 2 }])
})

test('the comments of columns make no other schema, their types do', async () => {
  const { part, tables } = await staged()
  const commented = await createTable(tables.location, { store: tables, schema: schemaOf('of the table'), runtime })
  expect(await commented.commit([part])).toMatchObject({ version: 1 })
  const other = memoryStore()
  const schema = JSON.stringify({ type: 'struct', fields: [field('id', 'integer')] })
  const table = await createTable(other.location, { store: other, schema, runtime })
  await expect(table.commit([part])).rejects.toMatchObject({ code: 'conflict', details: { kind: 'metadata-changed' } })
})

test('a part under other keys is another file of the table', async () => {
  const { root, part, tables } = await staged()
  const table = await createTable(tables.location, { store: tables, schema: schemaOf(''), runtime })
  const renamed = renamePart(part, (key) => `again-${key}`)
  for (const each of [part, renamed]) {
    for (const [index, { key }] of partFiles(each).entries()) {
      await root.copy(`staging/${partFiles(part)[index]?.key}`, `table/${key}`)
    }
  }
  await table.commit([part, renamed])
  expect(await collect(table.read({ columns: ['id'] }))).toEqual([1, 2, 1, 2].map((id) => ({ id })))
})

test('an exclusive commit takes the version after the one that the handle sees, or none', async () => {
  const { tables: store } = await staged()
  const table = await createTable(store.location, { store, schema: schemaOf(''), runtime })
  const rival = await openTable(store.location, { store, runtime })
  await rival.append([{ id: 1 }])
  await expect(table.append([{ id: 2 }], { exclusive: true })).rejects.toMatchObject({ code: 'conflict' })
  await table.refresh()
  expect(await table.append([{ id: 2 }], { exclusive: true })).toMatchObject({ version: 2 })
  await expect(rival.restore({ version: 0, exclusive: true })).rejects.toMatchObject({ code: 'conflict' })
  expect(await table.restore({ version: 0, exclusive: true })).toMatchObject({ version: 3, filesRemoved: 2 })
})
