import { expect, test } from 'vitest'
import { type AddFile, commit, loadSnapshot, type Protocol, type Snapshot } from '../../src/log/index.ts'
import { withRowTrackingColumns } from '../../src/log/row-tracking.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { add, append, appendOf, createTable, METADATA, remove, rewriteOf, withProperties } from './table.ts'

const TRACKED: Protocol = {
  minReaderVersion: 1,
  minWriterVersion: 7,
  writerFeatures: ['rowTracking', 'domainMetadata'],
}
const ENABLED = withProperties({ 'delta.enableRowTracking': 'true' })
const rows = (path: string, numRecords: number | string, more: Partial<AddFile> = {}) =>
  add(path, { stats: `{"numRecords":${numRecords}}`, ...more })

async function trackedTable(metadata = ENABLED) {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  return { runtime, store, created: await createTable(store, runtime, metadata, TRACKED) }
}

function ids(snapshot: Snapshot): Record<string, [unknown, unknown]> {
  return Object.fromEntries(
    Array.from(snapshot.files(), (file) => [file.path, [file.baseRowId, file.defaultRowCommitVersion]]),
  )
}

function mark(snapshot: Snapshot): string | undefined {
  return snapshot.domainMetadata('delta.rowTracking')?.configuration
}

test.each([
  ['enabled', ENABLED],
  ['only supported', METADATA],
])(
  'every row gets an id of its own, and the version that brought it, where row tracking is %s',
  async (_, metadata) => {
    const { runtime, store, created } = await trackedTable(metadata)
    const first = await append(store, runtime, created, rows('a', 3), rows('b', 2))
    const second = await append(store, runtime, first, rows('c', 1))
    expect(ids(await loadSnapshot(store))).toEqual({ a: [0, 1], b: [3, 1], c: [5, 2] })
    expect(mark(first)).toBe('{"rowIdHighWaterMark":4}')
    expect(mark(second)).toBe('{"rowIdHighWaterMark":5}')
  },
)

test('a commit that lost the race numbers its rows after the winner’s', async () => {
  const { runtime, store, created } = await trackedTable()
  await append(store, runtime, created, rows('theirs', 10))
  await append(store, runtime, created, rows('ours', 2))
  const after = await loadSnapshot(store)
  expect(ids(after)).toEqual({ theirs: [0, 1], ours: [10, 2] })
  expect(mark(after)).toBe('{"rowIdHighWaterMark":11}')
})

test('a commit that read the table rows of is not disturbed by their numbers alone', async () => {
  const { runtime, store, created } = await trackedTable(METADATA)
  const base = await append(store, runtime, created, rows('a', 1))
  await append(store, runtime, base, rows('theirs', 1))
  const removal = { ...rewriteOf(base, remove('a')), reads: (file: AddFile) => file.path === 'a' }
  expect(await commit(store, removal, { runtime })).toMatchObject({ outcome: 'committed', version: 3 })
})

test('a writer that knew nothing of row tracking obeys it as soon as a winner turns it on', async () => {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  const created = await createTable(store, runtime)
  const writerFeatures = ['appendOnly', 'invariants', 'rowTracking', 'domainMetadata']
  await append(store, runtime, created, { protocol: { ...TRACKED, writerFeatures } })
  expect(ids(await append(store, runtime, created, rows('a', 3)))).toEqual({ a: [0, 2] })
})

test('a file that gets a deletion vector keeps its ids', async () => {
  const { runtime, store, created } = await trackedTable()
  const base = await append(store, runtime, created, rows('a', 3))
  const deletionVector = {
    storageType: 'i',
    pathOrInlineDv: 'wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L',
    sizeInBytes: 40,
    cardinality: 1,
  } as const
  const after = await append(store, runtime, base, remove('a'), rows('a', 3, { deletionVector }))
  expect(ids(after)).toEqual({ a: [0, 1] })
  expect(mark(after)).toBe('{"rowIdHighWaterMark":2}')
})

test('ids go on beyond 2^53 exactly, and the key that Spark adds to the domain is no obstacle', async () => {
  const { runtime, store, created } = await trackedTable()
  const configuration = '{"rowIdHighWaterMark":9007199254740993,"domainName":"delta.rowTracking"}'
  const domains = new Map([['delta.rowTracking', { domain: 'delta.rowTracking', configuration, removed: false }]])
  const base: Snapshot = { ...created, domainMetadata: (name) => domains.get(name) }
  const after = await append(store, runtime, base, rows('a', 2))
  expect(ids(after)).toEqual({ a: [9007199254740994n, 1] })
  expect(mark(after)).toBe('{"rowIdHighWaterMark":9007199254740995}')
})

test.each([undefined, '{}', '{"numRecords":"3"}'])('a file with statistics %j is refused', async (stats) => {
  const { runtime, store, created } = await trackedTable()
  const file = add('a', stats === undefined ? {} : { stats })
  await expect(commit(store, appendOf(created, file), { runtime })).rejects.toThrow(/no numRecords/)
})

test('suspended row tracking gives no ids', async () => {
  const { runtime, store, created } = await trackedTable(withProperties({ 'delta.rowTrackingSuspended': 'true' }))
  expect(ids(await append(store, runtime, created, add('a')))).toEqual({ a: [undefined, undefined] })
})

test('a damaged high-water mark is named, not guessed', async () => {
  const { runtime, store, created } = await trackedTable()
  const domain = { domain: 'delta.rowTracking', configuration: '{"rowIdHighWaterMark":"9"}', removed: false }
  const base: Snapshot = { ...created, domainMetadata: () => domain }
  await expect(commit(store, appendOf(base, rows('a', 1)), { runtime })).rejects.toMatchObject({ code: 'invalid-data' })
})

test('rows that would move to another file and lose their ids are refused', async () => {
  const { runtime, store, created } = await trackedTable()
  const base = await append(store, runtime, created, rows('a', 3))
  const compaction = rewriteOf(base, remove('a', { dataChange: false }), rows('b', 3, { dataChange: false }))
  await expect(commit(store, compaction, { runtime })).rejects.toMatchObject({ code: 'unsupported' })
})

test('row tracking is not enabled over files without ids, and is over files with them', async () => {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  const base = await append(store, runtime, await createTable(store, runtime, METADATA, TRACKED), rows('a', 1))
  expect(await append(store, runtime, base, { metaData: ENABLED })).toMatchObject({ version: 2 })
  const plain = memoryStore({ runtime })
  const old = await append(plain, runtime, await createTable(plain, runtime), rows('a', 1))
  const writerFeatures = ['appendOnly', 'invariants', 'rowTracking', 'domainMetadata']
  const enabling = appendOf(old, { protocol: { ...TRACKED, writerFeatures } }, { metaData: ENABLED })
  await expect(commit(plain, enabling, { runtime })).rejects.toThrow(/a has no row ids/)
})

test('the properties of a table with row tracking name two columns that no schema has', () => {
  const runtime = simulatedRuntime()
  const { 'delta.enableRowTracking': enabled, ...columns } = withRowTrackingColumns(ENABLED.configuration, runtime)
  expect(enabled).toBe('true')
  expect(columns).toEqual({
    'delta.rowTracking.materializedRowIdColumnName': expect.stringMatching(/^_row-id-col-[0-9a-f-]{36}$/),
    'delta.rowTracking.materializedRowCommitVersionColumnName': expect.stringMatching(
      /^_row-commit-version-col-[0-9a-f-]{36}$/,
    ),
  })
  const again = { ...ENABLED.configuration, ...columns }
  expect(withRowTrackingColumns(again, runtime)).toBe(again)
  expect(withRowTrackingColumns({}, runtime)).toEqual({})
})
