import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJson } from '../../src/json.ts'
import {
  formatClassicCheckpointPath,
  loadSnapshot,
  openVersion,
  type TableVersion,
  writeCheckpoint,
} from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { faultyStore } from '../../src/store/testing.ts'
import { keysOf } from '../keys-of.ts'
import { History } from './random-history.ts'
import { logInMemory, TABLES, tableNames } from './stored.ts'
import { add, append, createTable, METADATA, putText, remove } from './table.ts'

const never = { mayHold: () => false }

async function filesOf(version: TableVersion): Promise<unknown[]> {
  const files: unknown[] = []
  for await (const batch of version.files()) files.push(...batch)
  return sorted(files)
}

/** Checkpoints say that their files are no change; and texts of statistics may be made anew. */
function sorted(files: Iterable<unknown>): unknown[] {
  return Array.from(files, (file) => {
    const { dataChange: _, stats, ...rest } = Object(file)
    return { ...rest, stats: stats === undefined ? undefined : parseJson(stats) }
  }).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

function keyOf({ path, deletionVector }: { path: string; deletionVector?: object }): string {
  return path + JSON.stringify(deletionVector ?? null)
}

describe('a version whose files stay in the log', () => {
  test('has the files of the snapshot, whatever happened before and after the checkpoint', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(10_000),
        fc.array(fc.nat(24), { minLength: 1, maxLength: 3 }),
        async (seed, checkpoints) => {
          const history = new History(seed)
          let streamed: TableVersion | undefined
          let unread = 0
          for await (const snapshot of history.snapshots()) {
            const opened = await openVersion(history.store, never)
            streamed = await openVersion(history.store, { ...never, from: streamed })
            const expected = sorted(snapshot.files())
            expect(await filesOf(opened)).toEqual(expected)
            expect(await filesOf(streamed)).toEqual(expected)
            if (!opened.isHeld) unread++
            if (checkpoints.includes(snapshot.version)) await writeCheckpoint(history.store, snapshot, history)
          }
          expect(unread).toBe(24 - Math.min(...checkpoints) + 1)
        },
      ),
      { numRuns: 12 },
    )
  })

  test.each(tableNames)('has the files of the snapshot in a log that Spark wrote: %s', async (name) => {
    const store = await logInMemory(`${TABLES}/${name}`)
    const snapshot = await loadSnapshot(store)
    const opened = await openVersion(store, never)
    expect(opened).toMatchObject({ isHeld: false, version: snapshot.version, timestamp: snapshot.timestamp })
    expect(opened).toMatchObject({ protocol: snapshot.protocol, metadata: snapshot.metadata, schema: snapshot.schema })
    expect(await filesOf(opened)).toEqual(sorted(snapshot.files()))
  })
})

test('a file that is added again without being removed is given once, as it was added last', async () => {
  const { runtime, store, snapshot } = await manyFiles(3)
  await append(store, runtime, snapshot, add('f1', { size: 99, dataChange: false }))
  const opened = await openVersion(store, never)
  const files = await filesOf(opened)
  expect(files).toMatchObject([{ path: 'f0' }, { path: 'f1', size: 99 }, { path: 'f2' }])
})

/** A table of so many files in one checkpoint, by commits of 500. */
async function manyFiles(count: number, metadata = METADATA) {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  let snapshot = await createTable(store, runtime, metadata)
  for (let from = 0; from < count; from += 500) {
    const numbers = Array.from({ length: Math.min(500, count - from) }, (_, i) => from + i)
    snapshot = await append(store, runtime, snapshot, ...numbers.map((i) => add(`f${i}`)))
  }
  await writeCheckpoint(store, snapshot, { runtime })
  return { runtime, store, snapshot }
}

test('files come at most 1,024 at a time, each once', async () => {
  const { store } = await manyFiles(2_500)
  for (const mayHold of [() => true, () => false]) {
    const sizes: number[] = []
    const paths = new Set<string>()
    for await (const batch of (await openVersion(store, { mayHold })).files()) {
      sizes.push(batch.length)
      for (const { path } of batch) paths.add(path)
    }
    expect(Math.max(...sizes)).toBe(1_024)
    expect(paths.size).toBe(2_500)
  }
})

test('whoever decides is told about how much memory the files will take', async () => {
  const { store, snapshot } = await manyFiles(2_500)
  const asked: number[] = []
  const mayHold = (bytes: number): boolean => asked.push(bytes) > 0
  const opened = await openVersion(store, { mayHold })
  expect(opened).toMatchObject({ isHeld: true, numFiles: 2_500, sizeInBytes: 25_000 })
  expect(asked).toHaveLength(1)
  const ratio = (asked[0] ?? 0) / (await openVersion(store)).heldBytes
  expect(ratio).toBeGreaterThan(0.5)
  expect(ratio).toBeLessThan(2)
  expect(opened.heldBytes).toBeGreaterThan(2_500 * 100)
  expect((await openVersion(store, never)).heldBytes).toBeLessThan(10_000)
  expect(snapshot.numFiles).toBe(2_500)
})

describe('an opening from an earlier one', () => {
  const setUp = async () => {
    const { runtime, store: inner, snapshot } = await manyFiles(3)
    const store = faultyStore(inner, [])
    const from = await openVersion(store, never)
    store.requests.length = 0
    return { runtime, inner, store, snapshot, from }
  }

  test('is the same where nothing happened, and costs one listing', async () => {
    const { store, from } = await setUp()
    expect(await openVersion(store, { ...never, from })).toBe(from)
    expect(store.requests).toEqual(['list _delta_log/'])
  })

  test('costs a listing, the new commit and its checksum where one was made', async () => {
    const { runtime, inner, store, snapshot, from } = await setUp()
    await append(inner, runtime, snapshot, remove('f1'), add('f9'))
    const next = await openVersion(store, { ...never, from })
    expect(store.requests).toEqual([
      'list _delta_log/',
      'get _delta_log/00000000000000000002.json',
      'get _delta_log/00000000000000000002.crc',
    ])
    expect((await filesOf(next)).length).toBe(3)
  })

  test('begins with a newer checkpoint, so that less is held', async () => {
    const { runtime, inner, store, snapshot, from } = await setUp()
    const newer = await append(inner, runtime, snapshot, add('f9'))
    await writeCheckpoint(inner, newer, { runtime })
    const next = await openVersion(store, { ...never, from })
    expect(next.parts.snapshot).toMatchObject({ checkpoint: 2, numFiles: 0 })
    expect((await filesOf(next)).length).toBe(4)
  })

  test('notices that the table was dropped and made anew', async () => {
    const { runtime, inner, store, from } = await setUp()
    const keys: string[] = []
    for await (const { key } of inner.list({ prefix: '' })) keys.push(key)
    await inner.delete(keys)
    const other = await createTable(inner, runtime, { ...METADATA, id: 'another' })
    await append(inner, runtime, other, add('other'))
    const next = await openVersion(store, { ...never, from })
    expect(next.metadata.id).toBe('another')
    expect((await filesOf(next)).length).toBe(1)
  })
})

describe('counts', () => {
  test('come from the checksum of the version, and are unknown without one', async () => {
    const { store } = await manyFiles(3)
    expect((await openVersion(store, never)).numFiles).toBeUndefined()
    await putText(store, '_delta_log/00000000000000000001.crc', '{"numFiles":3,"tableSizeBytes":30}')
    expect(await openVersion(store, never)).toMatchObject({ numFiles: 3, sizeInBytes: 30 })
  })
})

describe('a damaged checkpoint', () => {
  test('is stood in for by the commits where its top is damaged', async () => {
    const { store } = await manyFiles(3)
    await store.put(formatClassicCheckpointPath(1), new Uint8Array(100), { mode: 'overwrite' })
    const opened = await openVersion(store, never)
    expect(opened).toMatchObject({ isHeld: true, numFiles: 3 })
  })

  test('that lost a sidecar breaks off, and does not pass for whole', async () => {
    const store = await logInMemory(`${TABLES}/v2-parquet`)
    const opened = await openVersion(store, never)
    const sidecars = await keysOf(store, '_delta_log/_sidecars/')
    await store.delete(sidecars.slice(0, 1))
    await expect(filesOf(opened)).rejects.toMatchObject({ code: 'not-found' })
  })
})

test('whoever stops early causes no further request', async () => {
  const { store: inner } = await manyFiles(2_500)
  const store = faultyStore(inner, [])
  const opened = await openVersion(store, never)
  store.requests.length = 0
  for await (const _ of opened.files()) break
  const asked = store.requests.length
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(store.requests).toHaveLength(asked)
})
