import { describe, expect, test } from 'vitest'
import { parseJson } from '../../../src/json.ts'
import { hintChecksum } from '../../../src/log/checkpoint/hint.ts'
import { formatHint, writeHint } from '../../../src/log/checkpoint/write-hint.ts'
import {
  type Action,
  formatClassicCheckpointPath,
  formatCommitPath,
  LAST_CHECKPOINT_PATH,
  loadSnapshot,
  type Protocol,
  type Snapshot,
  writeCheckpoint,
} from '../../../src/log/index.ts'
import { readParquet } from '../../../src/parquet/index.ts'
import { simulatedRuntime } from '../../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../../src/store/index.ts'
import { keysOf } from '../../keys-of.ts'
import { add, append, createTable, PROTOCOL, paths, putText, remove, schemaString, withProperties } from '../table.ts'

const DAY = 86_400_000
const V2: Protocol = {
  minReaderVersion: 3,
  minWriterVersion: 7,
  readerFeatures: ['v2Checkpoint'],
  writerFeatures: ['v2Checkpoint'],
}

async function tableOf(properties: Record<string, string>, protocol = PROTOCOL, ...actions: readonly Action[]) {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  const created = await createTable(store, runtime, withProperties(properties), protocol)
  const snapshot = actions.length === 0 ? created : await append(store, runtime, created, ...actions)
  return { runtime, store, snapshot }
}

/** What is left of a table when all commits are gone that a checkpoint stands for. */
async function fromCheckpoint(store: ObjectStore, { version }: Snapshot): Promise<Snapshot> {
  const older = Array.from({ length: version }, (_, index) => formatCommitPath(index))
  await store.delete(older)
  return await loadSnapshot(store)
}

async function hintIn(store: ObjectStore): Promise<unknown> {
  return parseJson(new TextDecoder().decode((await store.get(LAST_CHECKPOINT_PATH)).body))
}

describe('a checkpoint', () => {
  test('carries tombstones until they have expired', async () => {
    const { runtime, store, snapshot } = await tableOf({
      'delta.deletedFileRetentionDuration': 'interval 2 days',
    })
    const gone = (path: string) => remove(path, { deletionTimestamp: runtime.now() })
    const first = await append(store, runtime, snapshot, gone('old'))
    await runtime.sleep(2 * DAY)
    const second = await append(store, runtime, first, gone('new'))
    await writeCheckpoint(store, second, { runtime })
    const { state } = await fromCheckpoint(store, second)
    expect(Array.from(state.tombstones.values(), ({ path }) => path)).toEqual(['new'])
  })

  test('carries transactions for ever, unless the table says for how long', async () => {
    const old = { txn: { appId: 'old', version: 1, lastUpdated: 1 } }
    const undated = { txn: { appId: 'undated', version: 1 } }
    for (const [properties, kept] of [
      [{}, ['old', 'undated']],
      [{ 'delta.setTransactionRetentionDuration': 'interval 1 day' }, ['undated']],
    ] as const) {
      const { runtime, store, snapshot } = await tableOf(properties, PROTOCOL, old, undated)
      await writeCheckpoint(store, snapshot, { runtime })
      const { state } = await fromCheckpoint(store, snapshot)
      expect([...state.txns.keys()].sort()).toEqual(kept)
    }
  })

  test('is the same, byte for byte, whoever writes it and when', async () => {
    const { runtime, store, snapshot } = await tableOf({}, PROTOCOL, add('a'), remove('b', { deletionTimestamp: 1 }))
    await writeCheckpoint(store, snapshot, { runtime })
    const first = (await store.get(formatClassicCheckpointPath(1))).body
    await runtime.sleep(300 * DAY)
    await writeCheckpoint(store, snapshot, { runtime })
    expect((await store.get(formatClassicCheckpointPath(1))).body).toEqual(first)
  })

  test('of another writer may have properties and tags that are null: they count as not set', async () => {
    const properties = JSON.parse('{"delta.appendOnly":"true","gone":null}')
    const tags = JSON.parse('{"kept":"","gone":null}')
    const { runtime, store, snapshot } = await tableOf({}, PROTOCOL, add('a', { tags }))
    await writeCheckpoint(store, { ...snapshot, metadata: withProperties(properties) }, { runtime })
    const { metadata, ...read } = await fromCheckpoint(store, snapshot)
    expect(metadata.configuration).toEqual({ 'delta.appendOnly': 'true' })
    expect([...read.files()]).toMatchObject([{ tags: { kept: '' } }])
    expect([...read.files()][0]?.tags).not.toHaveProperty('gone')
  })

  test('holds the times of writers who count nanoseconds, as far as a time may say', async () => {
    const { runtime, store } = await tableOf({})
    const lines = [
      '{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":1700000000123456789,"dataChange":true}}',
      '{"remove":{"path":"b","deletionTimestamp":9223372036854775807,"dataChange":true}}',
      '{"txn":{"appId":"app","version":1,"lastUpdated":-9223372036854775808}}',
    ]
    await putText(store, formatCommitPath(1), lines.join('\n'))
    const snapshot = await loadSnapshot(store)
    await writeCheckpoint(store, snapshot, { runtime })
    await store.delete([formatCommitPath(0)])
    const { state } = await loadSnapshot(store)
    expect([...state.files.values()]).toMatchObject([{ path: 'a', modificationTime: Number.MAX_SAFE_INTEGER }])
    expect([...state.tombstones.values()]).toMatchObject([{ path: 'b', deletionTimestamp: Number.MAX_SAFE_INTEGER }])
    expect(state.txns.get('app')).toMatchObject({ lastUpdated: Number.MIN_SAFE_INTEGER })
  })

  test('of a file whose partition value is none of its column is not written', async () => {
    const runtime = simulatedRuntime()
    const store = memoryStore({ runtime })
    const metadata = {
      ...withProperties({}),
      schemaString: withProperties({}).schemaString.replace(
        '"fields":[',
        '"fields":[{"name":"day","type":"date","nullable":true,"metadata":{}},',
      ),
      partitionColumns: ['day'],
    }
    const created = await createTable(store, runtime, metadata)
    const snapshot = await append(store, runtime, created, add('a', { partitionValues: { day: 'never' } }))
    await expect(writeCheckpoint(store, snapshot, { runtime })).rejects.toMatchObject({
      code: 'invalid-data',
      message: expect.stringMatching(/the file a has a partition value/),
    })
    expect(await keysOf(store, '_delta_log/')).toEqual([formatCommitPath(0), formatCommitPath(1)])
  })

  test('has statistics and partition values as columns of the table’s types, by physical names', async () => {
    const runtime = simulatedRuntime()
    const store = memoryStore({ runtime })
    const column = (name: string, type: string, id: number) => ({
      ...{ name, type },
      metadata: { 'delta.columnMapping.id': id, 'delta.columnMapping.physicalName': `col-${id}` },
    })
    const metadata = {
      ...withProperties({ 'delta.columnMapping.mode': 'name', 'delta.columnMapping.maxColumnId': '4' }),
      partitionColumns: ['day'],
      schemaString: schemaString(
        column('day', 'date', 1),
        column('price', 'decimal(9,2)', 2),
        column('at', 'timestamp', 3),
        column('rate', 'double', 4),
      ),
    }
    const created = await createTable(store, runtime, metadata, {
      ...PROTOCOL,
      minReaderVersion: 2,
      minWriterVersion: 5,
    })
    const stats =
      '{"numRecords":2,"minValues":{"col-2":-1.50,"col-3":"2026-01-02T03:04:05.678Z","col-4":"NaN"},' +
      '"maxValues":{"col-2":99.9,"col-3":"2026-01-02T03:04:05.678Z","col-4":0.1},"nullCount":{"col-2":1,"gone":2}}'
    const snapshot = await append(
      store,
      runtime,
      created,
      add('a', { stats, partitionValues: { 'col-1': '2026-01-02' } }),
    )
    await writeCheckpoint(store, snapshot, { runtime })
    const { body } = await store.get(formatClassicCheckpointPath(1))
    const adds: unknown[] = []
    for await (const row of readParquet(body, { columns: ['add'] })) if (row.add !== null) adds.push(row.add)
    expect(adds).toHaveLength(1)
    expect(adds[0]).toMatchObject({
      partitionValues_parsed: { 'col-1': '2026-01-02' },
      stats_parsed: {
        numRecords: 2,
        minValues: { 'col-2': '-1.50', 'col-3': '2026-01-02T03:04:05.678000Z', 'col-4': null },
        // Rounded up to the end of the millisecond that text cannot say.
        maxValues: { 'col-2': '99.90', 'col-3': '2026-01-02T03:04:05.678999Z', 'col-4': 0.1 },
        nullCount: { 'col-2': 1, 'col-3': null, 'col-4': null },
      },
    })
  })

  test('of very many files has typed statistics where the table wants no text: some it must have', async () => {
    const stats = '{"numRecords":1}'
    const adds = Array.from({ length: 10_001 }, (_, index) => add(`f${index}`, { stats }))
    const properties = { 'delta.checkpoint.writeStatsAsJson': 'false' }
    const { runtime, store, snapshot } = await tableOf(properties, PROTOCOL, ...adds)
    await writeCheckpoint(store, snapshot, { runtime })
    const [file] = (await fromCheckpoint(store, snapshot)).files()
    expect(file?.stats).toContain('"numRecords":1')
  })

  test('of a table with v2 checkpoints lies in sidecars, written before the file that names them', async () => {
    const properties = { 'delta.checkpointPolicy': 'v2' }
    const { runtime, store, snapshot } = await tableOf(properties, V2, add('a'), add('b'))
    const written = await writeCheckpoint(store, snapshot, { runtime })
    expect(written).toMatchObject({ version: 1, kind: 'v2', files: 2 })
    const keys = await keysOf(store, '_delta_log/')
    expect(keys.filter((key) => key.startsWith('_delta_log/_sidecars/'))).toHaveLength(1)
    expect(keys.filter((key) => key.includes('.checkpoint.')).length).toBe(2)
    expect(paths(await fromCheckpoint(store, snapshot))).toEqual(['a', 'b'])
    const top = keys.find((key) => /_delta_log\/\d+\.checkpoint/.test(key)) ?? ''
    expect(await hintIn(store)).toMatchObject({ version: 1, v2Checkpoint: { path: top.slice('_delta_log/'.length) } })
  })

  test('of more than 50,000 files has several sidecars', async () => {
    const properties = { 'delta.checkpointPolicy': 'v2' }
    const adds = Array.from({ length: 50_001 }, (_, index) => add(`f${index}`))
    const { runtime, store, snapshot } = await tableOf(properties, V2, ...adds)
    await writeCheckpoint(store, snapshot, { runtime })
    const sidecars = (await keysOf(store, '_delta_log/')).filter((key) => key.startsWith('_delta_log/_sidecars/'))
    expect(sidecars.map((key) => key.split('.').slice(2, 4).join(' of '))).toEqual([
      '0000000001 of 0000000002',
      '0000000002 of 0000000002',
    ])
    expect((await fromCheckpoint(store, snapshot)).numFiles).toBe(50_001)
  })

  test('stays classic where the table has the policy, but not the feature', async () => {
    // As delta-rs leaves tables.
    const { runtime, store, snapshot } = await tableOf({}, PROTOCOL, add('a'))
    const metadata = withProperties({ 'delta.checkpointPolicy': 'v2' })
    expect(await writeCheckpoint(store, { ...snapshot, metadata }, { runtime })).toMatchObject({ kind: 'classic' })
  })
})

describe('the hint', () => {
  const hint = { version: 5, size: 7, sizeInBytes: 900, numOfAddFiles: 3 }

  test('has no parts, and ends with its checksum', () => {
    expect(formatHint(hint)).toBe(
      `{"version":5,"size":7,"sizeInBytes":900,"numOfAddFiles":3,"checksum":"${hintChecksum(hint)}"}`,
    )
  })

  test('never moves back', async () => {
    const store = memoryStore()
    await putText(store, formatClassicCheckpointPath(10), 'a checkpoint')
    await writeHint(store, { ...hint, version: 10 })
    await writeHint(store, hint)
    expect(await hintIn(store)).toMatchObject({ version: 10 })
    await writeHint(store, { ...hint, version: 11 })
    expect(await hintIn(store)).toMatchObject({ version: 11 })
  })

  test('replaces one to a newer checkpoint that is not there: of a table that was here before', async () => {
    const store = memoryStore()
    await writeHint(store, { ...hint, version: 10 })
    await writeHint(store, hint)
    expect(await hintIn(store)).toMatchObject({ version: 5 })
  })

  test('replaces one that is damaged', async () => {
    const store = memoryStore()
    await putText(store, LAST_CHECKPOINT_PATH, '{"version":99,')
    await writeHint(store, hint)
    expect(await hintIn(store)).toMatchObject({ version: 5 })
  })

  test('of another writer that came in between stays, if it is newer', async () => {
    const inner = memoryStore()
    await putText(inner, formatClassicCheckpointPath(6), 'a checkpoint')
    const store: ObjectStore = {
      ...inner,
      async put(key, body, options) {
        // The other one is always first.
        await inner.put(key, new TextEncoder().encode(formatHint({ ...hint, version: 6 })), { mode: 'overwrite' })
        return await inner.put(key, body, options)
      },
    }
    await writeHint(store, hint)
    expect(await hintIn(inner)).toMatchObject({ version: 6 })
  })
})
