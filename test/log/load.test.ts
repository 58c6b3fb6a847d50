import { describe, expect, test } from 'vitest'
import { DeltaError } from '../../src/errors.ts'
import {
  type Action,
  advance,
  formatClassicCheckpointPath,
  formatCommit,
  formatCommitPath,
  loadSnapshot,
} from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { faultyStore } from '../../src/store/testing.ts'
import { add, append, createTable, METADATA, PROTOCOL, paths, putText, remove } from './table.ts'

/** A table of versions 0 to `newest`, each after the first with one more file; one second lies between two of them. */
async function tableOf(newest: number) {
  const runtime = simulatedRuntime({ start: 1_000_000 })
  const store = faultyStore(memoryStore({ runtime }), [])
  let snapshot = await createTable(store, runtime)
  for (let version = 1; version <= newest; version++) {
    await runtime.sleep(1000)
    snapshot = await append(store, runtime, snapshot, add(`f${version}`))
  }
  store.requests.length = 0
  return { runtime, store, snapshot }
}

describe('opening a table', () => {
  test('costs one listing and one GET a commit', async () => {
    const { store } = await tableOf(3)
    expect(await loadSnapshot(store)).toMatchObject({ version: 3, numFiles: 3, sizeInBytes: 30, timestamp: 1_003_000 })
    expect(store.requests.sort()).toEqual(
      ['get', 'get', 'get', 'get']
        .map((get, version) => `${get} ${formatCommitPath(version)}`)
        .concat('list _delta_log/'),
    )
  })

  test('at a version reads nothing behind it', async () => {
    const { store } = await tableOf(3)
    await putText(store, formatCommitPath(3), 'damaged')
    expect(await loadSnapshot(store, { version: 2 })).toMatchObject({ version: 2, numFiles: 2 })
  })

  test('at a version that is not there names the newest', async () => {
    const { store, snapshot } = await tableOf(3)
    for (const from of [undefined, snapshot]) {
      await expect(loadSnapshot(store, { version: 9, from })).rejects.toMatchObject({
        code: 'not-found',
        message: expect.stringContaining('the newest is 3'),
      })
    }
  })

  test.each([-1, 1.5, Number.NaN])('at version %s is a mistake of the caller', async (version) => {
    await expect(loadSnapshot(memoryStore(), { version })).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  test.each([
    [1_000_000, 0],
    [1_000_999, 0],
    [1_001_000, 1],
    [1_003_000, 3],
  ])('at the moment %s gives version %s', async (timestamp, version) => {
    const { store } = await tableOf(3)
    expect(await loadSnapshot(store, { timestamp })).toMatchObject({ version, numFiles: version })
  })

  test.each([999_999, 1_003_001])('at the moment %s, which it did not see, is not found', async (timestamp) => {
    const { store } = await tableOf(3)
    await expect(loadSnapshot(store, { timestamp })).rejects.toMatchObject({ code: 'not-found' })
  })

  test('that is none is not found', async () => {
    const store = memoryStore({ name: 'nothing-here' })
    await putText(store, 'part-0.parquet', 'x')
    await expect(loadSnapshot(store)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('is no Delta table'),
    })
  })
})

describe('refreshing a snapshot', () => {
  test('reads only the commits since', async () => {
    const { store, runtime, snapshot } = await tableOf(3)
    const after = await append(store, runtime, await append(store, runtime, snapshot, add('f4')), remove('f1'))
    store.requests.length = 0
    const refreshed = await loadSnapshot(store, { from: snapshot })
    expect(store.requests).toEqual(['list _delta_log/', `get ${formatCommitPath(4)}`, `get ${formatCommitPath(5)}`])
    expect(refreshed.version).toBe(5)
    expect(paths(refreshed)).toEqual(paths(after))
    expect(paths(refreshed)).toEqual(['f2', 'f3', 'f4'])
  })

  test('without news costs one listing, and none for the version it is at', async () => {
    const { store, snapshot } = await tableOf(3)
    await loadSnapshot(store, { from: snapshot })
    await loadSnapshot(store, { from: snapshot, version: 3 })
    expect(store.requests).toEqual(['list _delta_log/'])
  })

  test('leaves the old snapshot as it was', async () => {
    const { store, runtime, snapshot } = await tableOf(3)
    await append(store, runtime, snapshot, remove('f1'))
    await loadSnapshot(store, { from: snapshot })
    expect(paths(snapshot)).toEqual(['f1', 'f2', 'f3'])
  })

  test.each([0, 3, 4])('notices that another table, of version %s, has taken the place', async (newest) => {
    const { store, runtime, snapshot } = await tableOf(3)
    for (const version of [0, 1, 2, 3]) await store.delete([formatCommitPath(version)])
    let other = await createTable(store, runtime, { ...METADATA, id: 'another' })
    while (other.version < newest) other = await append(store, runtime, other, add(`other-${other.version}`))
    const refreshed = await loadSnapshot(store, { from: snapshot })
    expect(refreshed).toMatchObject({ version: newest, metadata: { id: 'another' } })
    expect(paths(refreshed)).toEqual(paths(other))
  })

  test('back to an earlier version reads the log from its start', async () => {
    const { store, snapshot } = await tableOf(3)
    expect(await loadSnapshot(store, { from: snapshot, version: 1 })).toMatchObject({ version: 1, numFiles: 1 })
  })
})

describe('a log that is not whole', () => {
  test('names the version that is missing', async () => {
    const { store } = await tableOf(3)
    await store.delete([formatCommitPath(2)])
    await expect(loadSnapshot(store)).rejects.toMatchObject({
      code: 'invalid-data',
      message: expect.stringContaining('version 2 is missing'),
    })
  })

  test('is believed when only the listing missed a commit', async () => {
    const { store } = await tableOf(3)
    const list: typeof store.list = async function* (options) {
      for await (const object of store.list(options)) if (object.key !== formatCommitPath(1)) yield object
    }
    expect(await loadSnapshot({ ...store, list })).toMatchObject({ version: 3, numFiles: 3 })
  })

  test('names the checkpoint that is damaged when only it could tell', async () => {
    const { store } = await tableOf(3)
    await putText(store, formatClassicCheckpointPath(2), 'PAR1')
    expect(await loadSnapshot(store)).toMatchObject({ version: 3, numFiles: 3 })
    for (const version of [0, 1, 2]) {
      await store.delete([formatCommitPath(version)])
      await expect(loadSnapshot(store)).rejects.toMatchObject({
        code: 'invalid-data',
        details: { file: formatClassicCheckpointPath(2) },
      })
    }
  })

  test('names the file that is no text', async () => {
    const { store } = await tableOf(1)
    await store.put(formatCommitPath(1), Uint8Array.of(0x7b, 0xff), { mode: 'overwrite' })
    await expect(loadSnapshot(store)).rejects.toMatchObject({
      code: 'invalid-data',
      details: { file: formatCommitPath(1) },
    })
  })

  test('is read again when a body came short, and then called unavailable', async () => {
    const { store } = await tableOf(1)
    expect(await loadSnapshot(faultyStore(store, [{ fault: 'cut', to: 1 }]))).toMatchObject({ version: 1 })
    await expect(loadSnapshot(faultyStore(store, [{ fault: 'cut' }]))).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('without a protocol is damaged', async () => {
    const store = memoryStore()
    await putText(store, formatCommitPath(0), formatCommit([{ metaData: METADATA }]))
    await expect(loadSnapshot(store)).rejects.toMatchObject({
      code: 'invalid-data',
      message: expect.stringContaining('no protocol'),
    })
  })
})

test('a protocol that is too new is refused before anything else is looked at', async () => {
  const { store } = await tableOf(1)
  await putText(
    store,
    formatCommitPath(2),
    '{"add":{"of":"another kind"}}\n{"protocol":{"minReaderVersion":9,"minWriterVersion":9}}',
  )
  await expect(loadSnapshot(store)).rejects.toMatchObject({
    code: 'unsupported',
    details: { feature: 'reader version 9' },
  })
})

test('a file with a deletion vector takes the place of the file without it, until it is removed by that vector', async () => {
  const { store, snapshot } = await tableOf(1)
  const deletionVector = { storageType: 'i', pathOrInlineDv: 'x', sizeInBytes: 1, cardinality: 1 } as const
  const [withVector, without] = [add('f1', { deletionVector }), remove('f1', { deletionVector })]
  const commit = (version: number, ...actions: readonly Action[]) => ({
    version,
    actions,
    lastModified: 1,
  })
  const deleteRows = commit(2, remove('f1'), withVector)
  const deleted = advance(snapshot, store.location, [deleteRows])
  expect(Array.from(deleted.files())).toEqual([withVector.add])
  expect(advance(snapshot, store.location, [deleteRows, commit(3, without)])).toMatchObject({ version: 3, numFiles: 0 })
})

test('a file that is removed and added again is there, and its newest add counts', async () => {
  const { store, runtime, snapshot } = await tableOf(1)
  const removed = await append(store, runtime, snapshot, remove('f1'))
  await append(store, runtime, removed, add('f1', { size: 77 }))
  const refreshed = await loadSnapshot(store, { from: snapshot })
  for (const loaded of [await loadSnapshot(store), refreshed]) {
    expect(loaded).toMatchObject({ version: 3, numFiles: 1, sizeInBytes: 77 })
  }
})

test('times of versions grow although the store’s clock runs backwards', async () => {
  const { store, snapshot } = await tableOf(1)
  const commits = [5_000_000, 3_000_000].map((lastModified, index) => ({
    version: 2 + index,
    actions: [add(`g${index}`)],
    lastModified,
  }))
  expect(advance(snapshot, store.location, commits).timestamp).toBe(5_000_001)
})

test('an error of the store reaches the caller as it is', async () => {
  const { store } = await tableOf(1)
  const get = async (): Promise<never> => {
    throw new DeltaError('permission-denied', 'injected')
  }
  await expect(loadSnapshot({ ...store, get })).rejects.toMatchObject({ code: 'permission-denied' })
})

test('the last one of several actions of one kind counts', async () => {
  const store = memoryStore()
  await putText(
    store,
    formatCommitPath(0),
    formatCommit([{ protocol: PROTOCOL }, { metaData: METADATA }, add('a'), add('a', { size: 7 })]),
  )
  const text = formatCommit([{ txn: { appId: 'x', version: 1 } }, { txn: { appId: 'x', version: 2 } }])
  await putText(store, formatCommitPath(1), text)
  const snapshot = await loadSnapshot(store)
  expect(snapshot).toMatchObject({ numFiles: 1, sizeInBytes: 7 })
  expect(snapshot.txnVersion('x')).toBe(2)
})
