import { beforeEach, describe, expect, test } from 'vitest'
import { createTable, openTable, simulatedRuntime, type Table } from '../../src/index.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { collect } from '../collect.ts'
import { keysOf } from '../keys-of.ts'
import { field } from './table-with.ts'

const DAY = 86_400_000

let runtime = simulatedRuntime()
let store: ObjectStore
beforeEach(() => {
  runtime = simulatedRuntime({ tick: 1 })
  store = memoryStore({ runtime })
})

const bytes = new Uint8Array([1, 2, 3])

/** Versions 1 to 3 append a row each, 4 packs them; a day lies between them. */
async function packedTable(keepVersions: readonly number[] = []): Promise<Table> {
  const table = await createTable('memory://t', { store, runtime, schema: idSchema, keepVersions })
  for (const id of [1, 2, 3]) {
    await runtime.sleep(DAY)
    await table.append([{ id }])
  }
  await runtime.sleep(DAY)
  await table.optimize()
  return table
}

const idSchema = JSON.stringify({ type: 'struct', fields: [field('id', 'long')] })

async function dataKeys(): Promise<string[]> {
  return (await keysOf(store)).filter((key) => !key.startsWith('_delta_log/'))
}

async function idsAt(version: number): Promise<unknown[]> {
  const table = await openTable('memory://t', { store, runtime })
  return (await collect(table.read({ version }))).map((row) => row.id).sort()
}

describe('vacuum', () => {
  test('keeps what others commit while the answer to its start is late, whatever the retention', async () => {
    await packedTable()
    let isLate = true
    const late: ObjectStore = {
      ...store,
      async put(key, body, options) {
        const answer = await store.put(key, body, options)
        if (!isLate || !key.startsWith('_delta_log/')) return answer
        isLate = false
        await (await openTable('memory://t', { store, runtime })).append([{ id: 4 }])
        await runtime.sleep(DAY)
        return answer
      },
    }
    const table = await openTable('memory://t', { store: late, runtime })
    expect(await table.vacuum({ retentionMilliseconds: 0, force: true })).toMatchObject({ deleted: 3 })
    expect(
      (await collect((await openTable('memory://t', { store, runtime })).read())).map(({ id }) => id).sort(),
    ).toEqual([1, 2, 3, 4])
  })

  test('deletes what no version within the retention needs', async () => {
    const table = await packedTable()
    await runtime.sleep(8 * DAY)
    expect(await table.vacuum()).toMatchObject({ deleted: 3, kept: 1, young: 0, version: 6 })
    expect(await dataKeys()).toHaveLength(1)
    expect(await idsAt(4)).toEqual([1, 2, 3])
  })

  test('keeps files of versions within the retention, by the time at which they were removed', async () => {
    const table = await packedTable()
    await runtime.sleep(6 * DAY)
    expect(await table.vacuum()).toMatchObject({ deleted: 0, version: 4 })
    expect(await idsAt(3)).toEqual([1, 2, 3])
  })

  test('refuses a retention below that of the table unless it is forced', async () => {
    const table = await packedTable()
    await expect(table.vacuum({ retentionMilliseconds: DAY / 16 })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/keeps files for 1\.5 h only .* keeps them for 168 h \(/),
    })
    expect(await table.vacuum({ retentionMilliseconds: 0, force: true })).toMatchObject({ deleted: 3, kept: 1 })
  })

  test('takes the retention of the table', async () => {
    const table = await packedTable()
    await table.setProperties({ 'delta.deletedFileRetentionDuration': 'interval 2 days' })
    await runtime.sleep(3 * DAY)
    expect(await table.vacuum()).toMatchObject({ deleted: 3 })
  })

  test('keeps versions within a longer retention, also where a checkpoint has forgotten what was removed', async () => {
    const table = await packedTable()
    await table.setProperties({ 'delta.deletedFileRetentionDuration': 'interval 1 hours' })
    await runtime.sleep(DAY)
    await table.append([{ id: 4 }])
    await table.checkpoint()
    await table.settled()
    const other = await openTable('memory://t', { store, runtime })
    expect(await other.vacuum({ retentionMilliseconds: 2.5 * DAY })).toMatchObject({ deleted: 0, kept: 5 })
    expect(await idsAt(3)).toEqual([1, 2, 3])
    expect(await other.vacuum({ retentionMilliseconds: DAY / 2 })).toMatchObject({ deleted: 3, kept: 2 })
  })

  test.each(['call', 'table'])('keeps what the versions need that are to be kept, named by the %s', async (by) => {
    const table = await packedTable(by === 'table' ? [2] : [])
    await runtime.sleep(100 * DAY)
    expect(await table.vacuum(by === 'call' ? { keepVersions: [2] } : {})).toMatchObject({ deleted: 1, kept: 3 })
    expect(await idsAt(2)).toEqual([1, 2])
    expect(await idsAt(4)).toEqual([1, 2, 3])
  })

  test('deletes nothing where a version to be kept is not there', async () => {
    const table = await packedTable()
    await runtime.sleep(100 * DAY)
    await expect(table.vacuum({ keepVersions: [2, 99] })).rejects.toMatchObject({ code: 'not-found' })
    expect(await dataKeys()).toHaveLength(4)
  })

  test('leaves files alone that were written within the retention, committed or not', async () => {
    const table = await packedTable()
    await runtime.sleep(100 * DAY)
    const part = await table.stage([{ id: 9 }])
    expect(await table.vacuum()).toMatchObject({ deleted: 3, kept: 1, young: 1 })
    await table.commit([part])
    expect(await idsAt(table.version)).toEqual([1, 2, 3, 9])
  })

  test('deletes what nobody ever committed, and leaves what is hidden', async () => {
    const table = await packedTable()
    const hidden = ['_temporary/x', '.spark/y', 'a/_started', 'metadata/v1.metadata.json', '_delta_log/.tmp']
    const strangers = ['a/b.parquet', '_change_data/cdc-1.parquet', 'notes.txt', 'metadata', 'a/metadata/x']
    for (const key of [...hidden, ...strangers]) await store.put(key, bytes, { mode: 'create' })
    await runtime.sleep(100 * DAY)
    expect(await table.vacuum()).toMatchObject({ deleted: 3 + strangers.length })
    const left = await keysOf(store)
    expect(left).toEqual(expect.arrayContaining(hidden))
    expect(left.filter((key) => strangers.includes(key))).toEqual([])
  })

  test('cleans partitions by a column that begins with an underscore', async () => {
    const schema = JSON.stringify({
      type: 'struct',
      fields: ['_day', 'id'].map((name) => field(name, 'string')),
    })
    const table = await createTable('memory://t', { store, runtime, schema, partitionBy: ['_day'] })
    await table.append([{ _day: '1', id: 'a' }])
    await table.append([{ _day: '1', id: 'b' }])
    await table.optimize()
    await runtime.sleep(100 * DAY)
    expect(await table.vacuum()).toMatchObject({ deleted: 2, kept: 1 })
  })

  test('tells in a dry run what would be deleted, and writes nothing', async () => {
    const table = await packedTable()
    await runtime.sleep(100 * DAY)
    const before = await keysOf(store)
    const { files, ...result } = await table.vacuum({ dryRun: true })
    expect(result).toMatchObject({ deleted: 3, kept: 1, version: 4 })
    expect(files).toHaveLength(3)
    expect(await keysOf(store)).toEqual(before)
    await table.vacuum()
    expect(await dataKeys()).toEqual(before.filter((key) => !key.startsWith('_') && !files?.includes(key)))
  })

  test('is in the history of the table where it deleted something', async () => {
    const table = await packedTable()
    await runtime.sleep(100 * DAY)
    await table.vacuum({ retentionMilliseconds: 7 * DAY })
    const [end, start] = await table.history({ limit: 2 })
    expect(end).toMatchObject({
      operation: 'VACUUM END',
      operationParameters: { status: 'COMPLETED' },
      operationMetrics: { numDeletedFiles: '3' },
    })
    expect(start).toMatchObject({
      operation: 'VACUUM START',
      operationParameters: { retentionCheckEnabled: 'true', specifiedRetentionMillis: String(7 * DAY) },
    })
  })

  test('deletes nothing where the clock runs far ahead of that of the storage', async () => {
    const table = await packedTable()
    const ahead = { ...runtime, now: () => runtime.now() + 100 * DAY }
    const hasty = await openTable('memory://t', { store, runtime: ahead })
    await expect(hasty.vacuum()).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('clock'),
    })
    expect(await dataKeys()).toHaveLength(4)
    expect(await idsAt(3)).toEqual([1, 2, 3])
    await table.settled()
  })
})
