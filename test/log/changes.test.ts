import { describe, expect, test } from 'vitest'
import {
  type Action,
  type ChangesRequest,
  formatCommit,
  formatCommitPath,
  loadChanges,
  loadSnapshot,
  writeCheckpoint,
} from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { localStore } from '../../src/store/local.ts'
import { add, METADATA, PROTOCOL, putText, remove, withProperties } from './table.ts'

const FEED = withProperties({ 'delta.enableChangeDataFeed': 'true' })
const cdc = (path: string): Action => ({ cdc: { path, partitionValues: {}, size: 1, dataChange: false } })
const vector = (row: number) =>
  ({ deletionVector: { storageType: 'i', pathOrInlineDv: `${row}`, sizeInBytes: 1, cardinality: 1 } }) as const

/** A log of these commits, from version 0 on; an hour between any two. */
async function logOf(...commits: readonly (readonly Action[])[]): Promise<ObjectStore> {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  for (const [version, actions] of commits.entries()) {
    await runtime.sleep(3_600_000)
    await putText(store, formatCommitPath(version), formatCommit(actions))
  }
  return store
}

const created: readonly Action[] = [{ protocol: PROTOCOL }, { metaData: FEED }]

async function told(store: ObjectStore, request: Partial<ChangesRequest> & { to: number }) {
  const range = await loadChanges(store, { from: 0, telling: 'feed', ...request })
  const versions: string[][] = []
  for await (const { files } of range.commits()) {
    versions.push(Array.from(files(), ({ kind, file }) => `${kind} ${file.path}`))
  }
  return versions
}

describe('what a version changed', () => {
  test('is told by its change files alone, where it has any', async () => {
    const store = await logOf([...created, add('a')], [add('b'), remove('a'), cdc('c')])
    expect(await told(store, { to: 1 })).toEqual([['add a'], ['cdc c']])
  })

  test('is told by the files that came and went where the feed is not asked for', async () => {
    const store = await logOf([...created, add('a')], [add('b'), remove('a'), cdc('c')])
    expect(await told(store, { to: 1, telling: 'files' })).toEqual([['add a'], ['remove a', 'add b']])
  })

  test('is nothing where rows only moved', async () => {
    const moved = { dataChange: false }
    const merge: Action = {
      commitInfo: {
        operation: 'MERGE',
        operationMetrics: { numTargetRowsInserted: '0', numTargetRowsUpdated: '0', numTargetRowsDeleted: '0' },
      },
    }
    const store = await logOf(
      [...created, add('a')],
      [remove('a', moved), add('b', moved)],
      [merge, remove('b'), add('c')],
    )
    expect(await told(store, { to: 2 })).toEqual([['add a'], [], []])
  })

  test('is the exchange of a deletion vector, where a file stays under another one', async () => {
    const store = await logOf(
      [...created, add('a'), add('b%20c')],
      [add('a', vector(1)), remove('a'), add('d')],
      [remove('a', vector(1)), add('a')],
      [remove('a'), remove('b%20c')],
    )
    expect(await told(store, { from: 1, to: 3 })).toEqual([
      ['add d', 'vector a'],
      ['vector a'],
      ['remove a', 'remove b%20c'],
    ])
    const withVectors = async (from: number, to: number) =>
      (await loadChanges(store, { from, to, telling: 'feed' })).hasDeletionVectors
    expect([await withVectors(0, 0), await withVectors(0, 1), await withVectors(3, 3)]).toEqual([false, true, false])
  })

  test('is told whether the commit is small or too large to be kept', async () => {
    const many = Array.from({ length: 60_000 }, (_, i) => add(`file-${i}`))
    const store = await logOf(created, [add('a')], many, [add('b')])
    const versions = await told(store, { to: 3 })
    expect(versions.map((files) => files.length)).toEqual([0, 1, 60_000, 1])
  })
})

describe('the versions of a range', () => {
  test('have times that grow, though the clock of the store does not', async () => {
    const info = (inCommitTimestamp: number): Action => ({ commitInfo: { inCommitTimestamp } })
    const store = await logOf(created, [add('a')], [info(7), add('b')])
    const range = await loadChanges(store, { from: 0, to: 2, telling: 'feed' })
    const times: number[] = []
    for await (const { timestamp } of range.commits()) times.push(timestamp)
    expect(times[0]).toBe(range.start.timestamp)
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(3_600_000)
    expect(times[2]).toBe(7)
  })

  test('tell where metadata and protocol changed', async () => {
    const renamed = { ...FEED, name: 'new' }
    const raised = { minReaderVersion: 1, minWriterVersion: 4 }
    const store = await logOf(created, [add('a')], [{ metaData: renamed }], [{ protocol: raised }], [add('b')])
    const { start, later } = await loadChanges(store, { from: 0, to: 4, telling: 'feed' })
    expect(start).toMatchObject({ version: 0, protocol: PROTOCOL, metadata: FEED })
    expect(later).toMatchObject([
      { version: 2, protocol: PROTOCOL, metadata: renamed },
      { version: 3, protocol: raised, metadata: renamed },
    ])
    expect((await loadChanges(store, { from: 2, to: 4, telling: 'feed' })).start).toMatchObject({ metadata: renamed })
  })

  test('cannot be told where the feed was off in one of them, which is named', async () => {
    const store = await logOf(
      [{ protocol: PROTOCOL }, { metaData: METADATA }],
      [{ metaData: FEED }],
      [{ metaData: METADATA }],
    )
    const refused = (code: string, text: string) =>
      expect.objectContaining({ code, message: expect.stringContaining(text) })
    const load = (from: number, to: number) => loadChanges(store, { from, to, telling: 'feed' })
    await expect(load(0, 1)).rejects.toThrow(refused('invalid-argument', 'is off in version 0'))
    await expect(load(0, 1)).rejects.toThrow('ask for versions from 1 on')
    await expect(load(1, 2)).rejects.toThrow(refused('invalid-argument', 'is off in version 2'))
    expect(await told(store, { from: 1, to: 1 })).toEqual([[]])
    expect(await told(store, { from: 0, to: 2, telling: 'files' })).toEqual([[], [], []])
  })

  test('that a cleanup took away are an error naming the first that is left', async () => {
    const store = await logOf([...created, add('a')], [add('b')], [add('c')], [add('d')])
    await writeCheckpoint(store, await loadSnapshot(store, { version: 2 }), { runtime: simulatedRuntime() })
    for (const version of [0, 1]) await store.delete([formatCommitPath(version)])
    const gone = expect.objectContaining({
      code: 'not-found',
      message: expect.stringMatching(/first version .* is 2$/),
    })
    await expect(told(store, { from: 0, to: 3 })).rejects.toThrow(gone)
    await expect(told(store, { from: 1, to: 3 })).rejects.toThrow(gone)
    expect(await told(store, { from: 2, to: 3 })).toEqual([['add c'], ['add d']])
    await store.delete([formatCommitPath(2)])
    await expect(told(store, { from: 2, to: 3 })).rejects.toThrow(/first version .* is 3$/)
  })

  test('with a hole that no cleanup makes are a damaged log', async () => {
    const store = await logOf([...created, add('a')], [add('b')], [add('c')])
    await store.delete([formatCommitPath(1)])
    await expect(told(store, { to: 2 })).rejects.toThrow(
      expect.objectContaining({ code: 'invalid-data', message: expect.stringContaining('version 1 is missing') }),
    )
  })
})

test('the log that Spark wrote to try this out is told as Spark tells it', async () => {
  const store = localStore('../shared/golden/deltalog-getChanges/delta')
  expect(await told(store, { to: 2, telling: 'files' })).toEqual([['add fake/path/1'], ['remove fake/path/1'], []])
  await expect(told(store, { to: 2 })).rejects.toThrow(/change data feed is off in version 0/)
})
