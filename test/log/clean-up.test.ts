import { beforeEach, describe, expect, test } from 'vitest'
import {
  cleanUpLog,
  formatClassicCheckpointPath,
  formatCommit,
  formatCommitPath,
  loadSnapshot,
  type Metadata,
  type Protocol,
  type Snapshot,
  writeCheckpoint,
  writeChecksum,
} from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { faultyStore as failing } from '../../src/store/testing.ts'
import { stateOf } from './stored.ts'
import { add, append, createTable, METADATA, PROTOCOL, putText, withProperties } from './table.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NEWEST = 60

let runtime = simulatedRuntime()
let store: ObjectStore
beforeEach(() => {
  runtime = simulatedRuntime({ start: Date.UTC(2026, 0, 1, 12) })
  store = memoryStore({ runtime })
})

/** A table with a commit a day at noon, and a checkpoint every ten. */
async function tableOf60Days(metadata: Metadata = METADATA, protocol: Protocol = PROTOCOL): Promise<Snapshot[]> {
  const snapshots = [await createTable(store, runtime, metadata, protocol)]
  for (let version = 1; version <= NEWEST; version++) {
    await runtime.sleep(DAY)
    const snapshot = await append(store, runtime, snapshots.at(-1) as Snapshot, add(`f${version}`))
    await writeChecksum(store, snapshot)
    if (version % 10 === 0) await writeCheckpoint(store, snapshot, { runtime })
    snapshots.push(snapshot)
  }
  return snapshots
}

function newestOf(snapshots: readonly Snapshot[]): Snapshot {
  return snapshots.at(-1) as Snapshot
}

async function versionsIn(log: ObjectStore): Promise<number[]> {
  const versions: number[] = []
  for await (const { key } of log.list({ prefix: '_delta_log/' })) {
    const [, digits] = /_delta_log\/(\d{20})\.json$/.exec(key) ?? []
    if (digits !== undefined) versions.push(Number(digits))
  }
  return versions
}

async function readableIn(log: ObjectStore, snapshots: readonly Snapshot[]): Promise<number[]> {
  const readable: number[] = []
  for (const snapshot of snapshots) {
    const loaded = await loadSnapshot(log, { version: snapshot.version }).catch(() => undefined)
    if (loaded === undefined) continue
    expect(stateOf(loaded)).toEqual(stateOf(snapshot))
    readable.push(snapshot.version)
  }
  return readable
}

function from(first: number): number[] {
  return Array.from({ length: NEWEST + 1 - first }, (_, index) => first + index)
}

describe('the log', () => {
  test('goes back to the newest checkpoint that is older than the retention', async () => {
    const snapshots = await tableOf60Days()
    expect(await cleanUpLog(store, newestOf(snapshots), { runtime })).toBeGreaterThan(0)
    // Of midnight thirty days ago, version 29 was the newest.
    expect(await versionsIn(store)).toEqual(from(20))
    expect(await readableIn(store, snapshots)).toEqual(from(20))
    await expect(loadSnapshot(store, { version: 19 })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/cleaned up.*20/),
    })
  })

  test('loses nothing on the second time', async () => {
    const newest = newestOf(await tableOf60Days())
    await cleanUpLog(store, newest, { runtime })
    expect(await cleanUpLog(store, newest, { runtime })).toBe(0)
  })

  test.each([
    ['switched off', { 'delta.enableExpiredLogCleanup': 'false' }, 0],
    ['with a retention of a hundred days', { 'delta.logRetentionDuration': 'interval 100 days' }, 0],
    ['with a retention of five days', { 'delta.logRetentionDuration': 'interval 5 days' }, 50],
  ])('%s begins where it should', async (_, properties, first) => {
    await cleanUpLog(store, newestOf(await tableOf60Days(withProperties(properties))), { runtime })
    expect(await versionsIn(store)).toEqual(from(first))
  })

  test('is not cleaned up where nobody can say what its retention means', async () => {
    const newest = newestOf(await tableOf60Days())
    const metadata = withProperties({ 'delta.logRetentionDuration': 'interval 1 month' })
    expect(await cleanUpLog(store, { ...newest, metadata }, { runtime })).toBe(0)
  })

  test('is cleaned up by what the table says now, whatever a handle remembers', async () => {
    const snapshots = await tableOf60Days(withProperties({ 'delta.logRetentionDuration': 'interval 5 days' }))
    const metadata = withProperties({ 'delta.logRetentionDuration': 'interval 30 days' })
    await append(store, runtime, newestOf(snapshots), { metaData: metadata })
    for (const stale of [snapshots[7], newestOf(snapshots)]) await cleanUpLog(store, stale as Snapshot, { runtime })
    expect(await readableIn(store, snapshots)).toEqual(from(20))
  })

  test('is left alone by a writer that the table has outgrown', async () => {
    const newest = newestOf(await tableOf60Days())
    const protocol = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['fromTheFuture'] }
    await putText(store, formatCommitPath(NEWEST + 1), formatCommit([{ protocol }]))
    await expect(cleanUpLog(store, newest, { runtime })).rejects.toMatchObject({ code: 'unsupported' })
    expect(await versionsIn(store)).toContain(0)
  })

  test('keeps versions that are asked for', async () => {
    const snapshots = await tableOf60Days()
    await cleanUpLog(store, newestOf(snapshots), { runtime, keepVersions: [58, 13] })
    expect(await readableIn(store, snapshots)).toEqual(from(10))
  })

  test('is not cleaned by a clock that runs years ahead of the store', async () => {
    const newest = newestOf(await tableOf60Days())
    await cleanUpLog(store, newest, { runtime: { ...runtime, now: () => runtime.now() + 3650 * DAY } })
    expect(await versionsIn(store)).toEqual(from(20))
  })

  test('is not cleaned by what the store says alone where commits have times of their own', async () => {
    const metadata = withProperties({ 'delta.enableInCommitTimestamps': 'true' })
    const protocol = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['inCommitTimestamp'] }
    const snapshots = await tableOf60Days(metadata, protocol)
    // As after a copy to a store whose clock stood still until the newest commit.
    const copied = memoryStore({ runtime: simulatedRuntime({ start: 0 }) })
    for await (const { key } of store.list()) {
      if (key !== formatCommitPath(NEWEST)) await copied.put(key, (await store.get(key)).body, { mode: 'create' })
    }
    const late: ObjectStore = { ...copied, list: (options) => withLateCommit(copied.list(options)) }
    await copied.put(formatCommitPath(NEWEST), (await store.get(formatCommitPath(NEWEST))).body, { mode: 'create' })
    await cleanUpLog(late, newestOf(snapshots), { runtime })
    expect(await versionsIn(copied)).toEqual(from(20))
  })

  test('with a damaged checkpoint goes back to an older one', async () => {
    const snapshots = await tableOf60Days()
    await putText(store, formatClassicCheckpointPath(20), 'PAR1 is all that is left')
    await cleanUpLog(store, newestOf(snapshots), { runtime })
    expect(await versionsIn(store)).toEqual(from(10))
    expect(await readableIn(store, snapshots)).toEqual(from(10))
  })

  test('is left alone where no checkpoint is sound', async () => {
    const newest = newestOf(await tableOf60Days())
    for (const version of [10, 20]) await putText(store, formatClassicCheckpointPath(version), 'PAR1')
    await expect(cleanUpLog(store, newest, { runtime })).rejects.toMatchObject({ code: 'invalid-data' })
    expect(await versionsIn(store)).toEqual(from(0))
  })

  test('is left alone where a commit that is retained is missing', async () => {
    const newest = newestOf(await tableOf60Days())
    await store.delete([formatCommitPath(55)])
    await expect(cleanUpLog(store, newest, { runtime })).rejects.toMatchObject({ code: 'invalid-data' })
    expect(await versionsIn(store)).toContain(0)
  })

  test.each([
    ['15', 20],
    ['20', 20],
    ['21', 0],
  ])('with checkpoint protection before version %s begins at %s', async (before, first) => {
    const metadata = withProperties({ 'delta.requireCheckpointProtectionBeforeVersion': before })
    const protocol = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['checkpointProtection'] }
    await cleanUpLog(store, newestOf(await tableOf60Days(metadata, protocol)), { runtime })
    expect(await versionsIn(store)).toEqual(from(first))
  })

  test('loses sidecars that no checkpoint names, but none that is younger than a day', async () => {
    const metadata = withProperties({ 'delta.checkpointPolicy': 'v2' })
    const features = ['v2Checkpoint']
    const protocol = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: features, writerFeatures: features }
    await putText(store, '_delta_log/_sidecars/lost.parquet', 'written before a crash')
    const snapshots = await tableOf60Days(metadata, protocol)
    await putText(store, '_delta_log/_sidecars/fresh.parquet', 'being written')
    await cleanUpLog(store, newestOf(snapshots), { runtime })
    const sidecars: string[] = []
    for await (const { key } of store.list({ prefix: '_delta_log/_sidecars/' })) sidecars.push(key)
    expect(sidecars).toHaveLength(6)
    expect(sidecars).toContain('_delta_log/_sidecars/fresh.parquet')
    expect(await readableIn(store, snapshots)).toEqual(from(20))
  })

  test('loses no sidecar of a checkpoint in the making to a clock that runs ahead', async () => {
    const metadata = withProperties({ 'delta.checkpointPolicy': 'v2' })
    const features = ['v2Checkpoint']
    const protocol = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: features, writerFeatures: features }
    const newest = newestOf(await tableOf60Days(metadata, protocol))
    const fresh = '_delta_log/_sidecars/fresh.parquet'
    await putText(store, fresh, 'being written')
    await cleanUpLog(store, newest, { runtime: { ...runtime, now: () => runtime.now() + 2 * DAY } })
    expect(await store.head(fresh)).toMatchObject({ key: fresh })
  })
})

test.each([1, 2, 3, 4, 5, 6])(
  'a cleanup that dies at its request %i leaves every retained version readable',
  async (request) => {
    const snapshots = await tableOf60Days()
    const retained = snapshots.filter(({ version }) => version >= 29)
    const dying = failing(store, [{ fault: 'reset', operations: ['delete', 'list', 'get'], from: request }])
    await cleanUpLog(dying, newestOf(snapshots), { runtime }).catch(() => undefined)
    expect(await readableIn(store, retained)).toEqual(from(29))
  },
)

test('a cleanup that dies between any two files leaves every retained version readable', async () => {
  const snapshots = await tableOf60Days()
  const retained = snapshots.filter(({ version }) => version >= 29)
  // One key at a time, in the order in which they go.
  const order: string[] = []
  await cleanUpLog({ ...store, delete: async (keys) => void order.push(...keys) }, newestOf(snapshots), { runtime })
  expect(order.length).toBeGreaterThan(30)
  for (const key of order) {
    await store.delete([key])
    if (order.indexOf(key) % 8 === 0) expect(await readableIn(store, retained)).toEqual(from(29))
  }
  expect(await readableIn(store, snapshots)).toEqual(from(20))
})

async function* withLateCommit<T extends { readonly key: string; readonly lastModified: number }>(
  objects: AsyncIterable<T>,
): AsyncGenerator<T> {
  for await (const object of objects) {
    yield object.key === formatCommitPath(NEWEST) ? { ...object, lastModified: runtime.now() } : object
  }
}
