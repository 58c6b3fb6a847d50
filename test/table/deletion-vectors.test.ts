import { describe, expect, test } from 'vitest'
import { createTable, openTable, type Row, simulatedRuntime, type Table } from '../../src/index.ts'
import { formatCommitPath, loadSnapshot } from '../../src/log/index.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'

const runtime = simulatedRuntime({ tick: 1000 })

/** Marks the rows 3, 4, 7, 11, 18 and 29. */
const INLINE = {
  storageType: 'i',
  pathOrInlineDv: '^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L',
  sizeInBytes: 44,
  cardinality: 6,
}
const DELETED = [3, 4, 7, 11, 18, 29]
const IDS = Array.from({ length: 40 }, (_, id) => id)
const LEFT = IDS.filter((id) => !DELETED.includes(id))

async function idsOf(table: Table, options: object = {}): Promise<unknown[]> {
  const ids: unknown[] = []
  for await (const row of table.read(options)) ids.push(row.id)
  return ids
}

/** A table of 40 rows in one file, six of which were deleted by version 1. */
async function deletedFrom(vector: object = INLINE): Promise<{ store: ObjectStore; table: Table }> {
  const store = memoryStore({ runtime })
  const rows: Row[] = IDS.map((id) => ({ id, name: id % 2 === 0 ? null : `n${id}` }))
  const properties = { 'delta.enableDeletionVectors': 'true' }
  await createTable('memory://t', { store, runtime, rows, properties })
  const [file] = (await loadSnapshot(store)).files()
  const stats = `${file?.stats?.slice(0, -1)},"tightBounds":false}`
  const actions = [
    { remove: { path: file?.path, deletionTimestamp: 1, dataChange: true } },
    { add: { ...file, stats, deletionVector: vector } },
  ]
  const text = actions.map((action) => JSON.stringify(action)).join('\n')
  await store.put(formatCommitPath(1), new TextEncoder().encode(text), { mode: 'create' })
  return { store, table: await openTable('memory://t', { store, runtime }) }
}

describe('a table with deletion vectors', () => {
  test('is read without the rows that they mark, at the version that deleted them and after it', async () => {
    const { table } = await deletedFrom()
    expect(await idsOf(table)).toEqual(LEFT)
    expect(await idsOf(table, { where: { id: { lt: 8 } } })).toEqual([0, 1, 2, 5, 6])
    expect(await idsOf(table, { version: 0 })).toEqual(IDS)
    expect(await idsOf(table, { limit: 4 })).toEqual([0, 1, 2, 5])
  })

  test('is pruned by statistics that are wider than the rows left', async () => {
    const { table } = await deletedFrom()
    expect(await idsOf(table, { where: { id: 3 } })).toEqual([])
    expect(await idsOf(table, { where: { name: null } })).toEqual(LEFT.filter((id) => id % 2 === 0))
    expect(await idsOf(table, { where: { name: { isNull: false } } })).toEqual(LEFT.filter((id) => id % 2 === 1))
  })

  test('counts the rows left', async () => {
    const { table } = await deletedFrom()
    expect(table.info().rows).toBe(34)
    expect(table.files().map(({ rows }) => rows)).toEqual([34])
  })

  test('gets rows without losing any, and keeps the vectors', async () => {
    const { store, table } = await deletedFrom()
    await table.append([{ id: 100, name: 'new' }])
    const reopened = await openTable('memory://t', { store, runtime })
    expect((await idsOf(reopened)).toSorted((a, b) => Number(a) - Number(b))).toEqual([...LEFT, 100])
    expect(reopened.info().rows).toBe(35)
  })

  test.each([
    ['is missing', { ...INLINE, storageType: 'u', pathOrInlineDv: '^-aqEH.-t@S}K{vb[*k^', offset: 1 }, 'not-found'],
    ['lies outside of the table', { ...INLINE, storageType: 'p', pathOrInlineDv: 's3://other/x.bin' }, 'unsupported'],
    ['is damaged', { ...INLINE, cardinality: 5 }, 'invalid-data'],
  ])('whose vector %s is not read as if there were none', async (_, vector, code) => {
    const { table } = await deletedFrom(vector)
    await expect(idsOf(table)).rejects.toMatchObject({ code })
  })
})

describe('rewriting a file with a deletion vector', () => {
  test('leaves deleted what the vector marks, and its removal names the vector', async () => {
    const { store, table } = await deletedFrom()
    expect(await table.delete({ where: { id: { in: [3, 5] } } })).toMatchObject({ rowsDeleted: 1, rowsCopied: 33 })
    expect(await idsOf(table)).toEqual(LEFT.filter((id) => id !== 5))
    const commit = new TextDecoder().decode((await store.get(formatCommitPath(2))).body)
    const remove = commit.split('\n').find((line) => line.startsWith('{"remove"')) ?? '{}'
    expect(JSON.parse(remove).remove).toMatchObject({ deletionVector: INLINE, extendedFileMetadata: true })
    const again = await openTable('memory://t', { store, runtime })
    expect(await idsOf(again)).toEqual(LEFT.filter((id) => id !== 5))
  })

  test('a merge inserts what the vector marks, and replaces what it does not', async () => {
    const { table } = await deletedFrom()
    const rows = [3, 5].map((id) => ({ id, name: 'new' }))
    expect(await table.merge(rows, { on: ['id'] })).toMatchObject({ rowsInserted: 1, rowsUpdated: 1 })
    expect((await idsOf(table, { where: { name: 'new' } })).toSorted()).toEqual([3, 5])
  })

  test('all rows together are counted without those that it marks', async () => {
    const { table } = await deletedFrom()
    expect(await table.delete()).toMatchObject({ rowsDeleted: 34, filesRemoved: 1, files: 0 })
  })
})
