import { expect, test } from 'vitest'
import { type Action, commit, formatCommitPath, loadSnapshot, type Metadata } from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { faultyStore } from '../../src/store/testing.ts'
import { add, append, appendOf, createTable, METADATA, PROTOCOL, remove, rewriteOf, withProperties } from './table.ts'

const vector = { storageType: 'i', pathOrInlineDv: 'x', sizeInBytes: 1, cardinality: 1 } as const
const txn = { txn: { appId: 'a', version: 1 } }
const domainOf = (domain: string, removed = false) => ({ domainMetadata: { domain, configuration: '', removed } })
const domainMetadata = domainOf('d')
const appendOnly = withProperties({ 'delta.appendOnly': 'true' })
const partitioned = { ...METADATA, partitionColumns: ['id'] }
const listed = (...writerFeatures: string[]) => ({
  protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures },
})

test.each<[string, readonly Action[], RegExp, Metadata?]>([
  ['two adds of one file', [add('a'), add('%61')], /two actions for add a/],
  ['two removes of one file', [remove('a'), remove('a')], /two actions for remove a/],
  ['a remove and an add of the same logical file', [remove('a'), add('a')], /two actions for file a/],
  ['two transactions of one application', [txn, txn], /two actions for txn of a/],
  ['two actions for one domain', [domainMetadata, domainMetadata], /two actions for domainMetadata of d/],
  ['metadata twice', [{ metaData: METADATA }, { metaData: METADATA }], /two actions for metaData/],
  ['a commitInfo of its own', [{ commitInfo: {} }], /commitInfo is written by the commit itself/],
  ['rows removed from an append-only table', [remove('a')], /append-only/, appendOnly],
  [
    'a file without its partition value',
    [add('a')],
    /partition values for \(\), the table is partitioned by \(id\)/,
    partitioned,
  ],
  ['a file with another partition value', [add('a', { partitionValues: { x: '1' } })], /for \(x\)/, partitioned],
  [
    'a protocol that goes down',
    [{ protocol: { minReaderVersion: 1, minWriterVersion: 1 } }],
    /drops the table feature appendOnly/,
  ],
  [
    'a property whose feature its protocol lacks',
    [{ metaData: withProperties({ 'delta.enableInCommitTimestamps': 'true' }) }],
    /uses the table feature inCommitTimestamp, which its protocol does not have/,
  ],
  [
    'row tracking that is enabled and suspended',
    [
      listed('appendOnly', 'invariants', 'domainMetadata', 'rowTracking'),
      { metaData: withProperties({ 'delta.enableRowTracking': 'true', 'delta.rowTrackingSuspended': 'true' }) },
    ],
    /enableRowTracking and delta.rowTrackingSuspended are both true/,
  ],
  ['a domain where the table has none', [domainMetadata], /lacks the feature domainMetadata/],
  [
    'a domain of Delta itself',
    [listed('appendOnly', 'invariants', 'domainMetadata'), domainOf('delta.clustering')],
    /names that start with "delta." are Delta's own/,
  ],
  [
    'a domain removed that is not there',
    [listed('appendOnly', 'invariants', 'domainMetadata'), domainOf('d', true)],
    /removes the metadata domain d, which is not there/,
  ],
  [
    'a property that we cannot obey',
    [{ metaData: withProperties({ 'delta.constraints.c': 'id > 0' }) }],
    /checkConstraints/,
  ],
])('a commit with %s is refused before anything is sent', async (_, actions, message, metadata = METADATA) => {
  const runtime = simulatedRuntime()
  const store = faultyStore(memoryStore({ runtime }), [])
  const snapshot = await createTable(store, runtime, metadata)
  store.requests.length = 0
  await expect(commit(store, rewriteOf(snapshot, ...actions), { runtime })).rejects.toThrow(message)
  expect(store.requests).toEqual([])
})

test('a commit may change the deletion vector of a file, rearrange an append-only table, and repeat a protocol', async () => {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  const snapshot = await append(store, runtime, await createTable(store, runtime, appendOnly), add('a'))
  const rearranged = [remove('a', { dataChange: false }), add('b', { dataChange: false }), { protocol: PROTOCOL }]
  const after = await append(store, runtime, snapshot, ...rearranged)
  expect(after.numFiles).toBe(1)
  const swap = [remove('b', { deletionVector: vector, dataChange: false }), add('b', { dataChange: false })]
  expect(await append(store, runtime, after, ...swap)).toMatchObject({ numFiles: 1 })
})

test('version 0 needs a protocol and metadata', async () => {
  const runtime = simulatedRuntime()
  for (const actions of [[], [{ protocol: PROTOCOL }], [{ metaData: METADATA }]]) {
    await expect(commit(memoryStore(), appendOf(null, ...actions), { runtime })).rejects.toThrow(/version 0 must have/)
  }
})

test('a blind append neither removes nor reads', async () => {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  const snapshot = await createTable(store, runtime)
  await expect(commit(store, appendOf(snapshot, remove('a')), { runtime })).rejects.toThrow(/blind append/)
  const reading = { ...appendOf(snapshot, add('a')), reads: () => true }
  await expect(commit(store, reading, { runtime })).rejects.toThrow(/blind append/)
})

test('a rebased commit obeys the winner’s version of the table, which stays readable', async () => {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  const snapshot = await createTable(store, runtime)
  await append(store, runtime, snapshot, listed('appendOnly', 'invariants', 'domainMetadata'))
  await append(store, runtime, snapshot, add('a'))
  expect(await loadSnapshot(store)).toMatchObject({ version: 2, protocol: { minWriterVersion: 7 } })
  expect(new TextDecoder().decode((await store.get(formatCommitPath(2))).body)).toContain('"readVersion":1')
})
