import { beforeEach, describe, expect, test } from 'vitest'
import { createTable, openTable, simulatedRuntime, type Table } from '../../src/index.ts'
import { loadSnapshot } from '../../src/log/index.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { collect } from '../collect.ts'
import { field, rowsOf } from './table-with.ts'

let runtime = simulatedRuntime()
let store: ObjectStore
beforeEach(() => {
  runtime = simulatedRuntime({ tick: 1 })
  store = memoryStore({ runtime })
})

function schemaOf(...fields: object[]): string {
  return JSON.stringify({ type: 'struct', fields })
}
const ID = field('id', 'long')

/** Versions 1 to 3 append a row each. */
async function tableOf3(properties: Record<string, string> = {}): Promise<Table> {
  const table = await createTable('memory://t', { store, runtime, schema: schemaOf(ID), properties })
  for (const id of [1, 2, 3]) await table.append([{ id }])
  return table
}

describe('restore', () => {
  test('makes the table what it was, in a version of its own', async () => {
    const table = await tableOf3()
    const result = await table.restore({ version: 1 })
    expect(result).toMatchObject({ version: 4, restored: 1, filesAdded: 0, filesRemoved: 2, bytesAdded: 0 })
    expect(await rowsOf(table)).toEqual([{ id: 1 }])
    await table.append([{ id: 4 }])
    expect(await table.restore({ version: 3 })).toMatchObject({ version: 6, filesAdded: 2, filesRemoved: 1 })
    expect((await rowsOf(await openTable('memory://t', { store, runtime }))).map(({ id }) => id)).toEqual([1, 2, 3])
  })

  test('takes a time as well, and its history says which', async () => {
    const table = await tableOf3()
    const { timestamp } = await loadSnapshot(store, { version: 2 })
    expect(await table.restore({ timestamp })).toMatchObject({ restored: 2, filesRemoved: 1 })
    const [last] = await table.history({ limit: 1 })
    expect(last).toMatchObject({
      operation: 'RESTORE',
      operationParameters: { timestamp: new Date(timestamp).toISOString() },
      operationMetrics: { numRemovedFiles: '1', numRestoredFiles: '0', numOfFilesAfterRestore: '2' },
    })
  })

  test('commits nothing where the table is what it was', async () => {
    const table = await tableOf3()
    expect(await table.restore({ version: 3 })).toMatchObject({ version: 3, filesAdded: 0, filesRemoved: 0 })
  })

  test('brings the properties back, and lets the protocol be', async () => {
    const table = await tableOf3({ owner: 'ann' })
    await table.setProperties({ owner: 'bob', 'delta.enableChangeDataFeed': 'true' })
    const { protocol } = table.info()
    await table.restore({ version: 3 })
    expect(table.info().properties).toEqual({ owner: 'ann' })
    expect(table.info().protocol).toEqual(protocol)
  })

  test('restores what was packed meanwhile, and the change feed tells no row twice', async () => {
    const table = await tableOf3({ 'delta.enableChangeDataFeed': 'true' })
    await table.optimize()
    await table.restore({ version: 2 })
    const changes = await collect(table.changes({ from: 5 }))
    const balance = new Map<unknown, number>()
    for (const { id, _change_type } of changes) {
      balance.set(id, (balance.get(id) ?? 0) + (_change_type === 'insert' ? 1 : -1))
    }
    expect([...balance].filter(([, count]) => count !== 0)).toEqual([[3, -1]])
  })

  test('finds out before the commit that a file is gone', async () => {
    const table = await tableOf3()
    await table.optimize()
    await table.vacuum({ retentionMilliseconds: 0, force: true })
    await expect(table.restore({ version: 2 })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('.parquet'),
    })
    expect(await table.refresh()).toBe(6)
  })

  test('lets identity columns go on behind the last value given out', async () => {
    const metadata = {
      'delta.identity.start': 1,
      'delta.identity.step': 1,
      'delta.identity.allowExplicitInsert': false,
    }
    const schema = schemaOf(field('n', 'long', metadata), ID)
    const table = await createTable('memory://t', { store, runtime, schema })
    await table.append([{ id: 1 }])
    await table.append([{ id: 2 }])
    await table.restore({ version: 1 })
    await table.append([{ id: 3 }])
    expect(await rowsOf(table)).toEqual([
      { n: 1, id: 1 },
      { n: 3, id: 3 },
    ])
  })

  test.each([{}, { version: 1, timestamp: 5 }])('wants either a version or a time: %j', async (options) => {
    await expect((await tableOf3()).restore(options)).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  test('conflicts with an append that came in between', async () => {
    const table = await tableOf3()
    await expect((await tableOf3Late(table)).restore({ version: 1 })).rejects.toMatchObject({ code: 'conflict' })
  })
})

/** A handle whose next commit finds that another one was faster. */
async function tableOf3Late(other: Table): Promise<Table> {
  const racing: ObjectStore = {
    ...store,
    async put(key, body, options) {
      if (key.endsWith('4.json')) await other.append([{ id: 9 }])
      return store.put(key, body, options)
    },
  }
  return openTable('memory://t', { store: racing, runtime })
}
