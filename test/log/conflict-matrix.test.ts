import { beforeAll, describe, expect, test } from 'vitest'
import type { ConflictKind } from '../../src/errors.ts'
import { findConflict } from '../../src/log/conflict.ts'
import type { Action, AddFile, Metadata, Snapshot } from '../../src/log/index.ts'
import type { Transaction } from '../../src/log/race.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { add, append, createTable, METADATA, PROTOCOL, remove, schemaString, withProperties } from './table.ts'

const SCHEMA = schemaString({ name: 'id', type: 'long' }, { name: 'p', type: 'string' })
const inPart = (p: string, more: Partial<AddFile> = {}): Partial<AddFile> => ({ partitionValues: { p }, ...more })
const still = { dataChange: false }
const vector = { storageType: 'i', pathOrInlineDv: 'x', sizeInBytes: 1, cardinality: 1 } as const

/** A table with two files in partition 1 and one in partition 2. */
async function tableAt(level: string): Promise<Snapshot> {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  const configuration = { 'delta.isolationLevel': level }
  const metadata = { ...METADATA, schemaString: SCHEMA, partitionColumns: ['p'], configuration }
  const files = [add('a', inPart('1')), add('b%20c', inPart('1')), add('z', inPart('2'))]
  return append(store, runtime, await createTable(store, runtime, metadata), ...files)
}

const tables = new Map<string, Snapshot>()
beforeAll(async () => {
  for (const level of ['Serializable', 'WriteSerializable']) tables.set(level, await tableAt(level))
})

function table(level = 'Serializable'): Snapshot {
  const found = tables.get(level)
  if (found) return found
  throw new Error(level)
}

function transaction(
  actions: readonly Action[],
  reads: Transaction['reads'] = () => false,
  ...appIds: string[]
): Transaction {
  return { actions, reads, appIds: new Set(appIds) }
}

const partition1 = (file: AddFile): boolean => file.partitionValues.p === '1'
const compacted = [remove('a', still), remove('b%20c', still), add('ab', inPart('1', still))]
const metaData = { metaData: METADATA }
const identityAt = (highWaterMark: number): string =>
  schemaString(
    { name: 'id', type: 'long', metadata: { 'delta.identity.highWaterMark': highWaterMark } },
    { name: 'p', type: 'string' },
  )

const OURS = {
  'an append': transaction([add('new', inPart('1'))]),
  'a delete in partition 1': transaction([remove('a')], partition1),
  'a delete everywhere': transaction([remove('a'), remove('b%20c'), remove('z')], () => true),
  'an overwrite with its schema': transaction([metaData, remove('a'), remove('b%20c'), remove('z')], () => true),
  'a compaction of partition 1': transaction(compacted, (file) => ['a', 'b%20c'].includes(file.path)),
  'a compaction that read all': transaction(compacted, () => true),
}

const blind = { commitInfo: { isBlindAppend: true } }
const aware = { commitInfo: { isBlindAppend: false } }

const WINNERS = {
  'blind append, 1': [blind, add('n', inPart('1'))],
  'blind append, 2': [blind, add('n', inPart('2'))],
  'insert that read, 1': [aware, add('n', inPart('1'))],
  'insert that read, 2': [aware, add('n', inPart('2'))],
  'insert without info, 1': [add('n', inPart('1'))],
  'delete, 1': [aware, remove('a')],
  'delete, 2': [aware, remove('z')],
  'compaction, 1': [aware, ...compacted],
  'compaction, 2': [aware, remove('z', still), add('zz', inPart('2', still))],
  'deletion vector, 1': [aware, remove('a'), add('a', inPart('1', { deletionVector: vector }))],
  'row id backfill': [aware, add('a', inPart('1', { ...still, baseRowId: 0 }))],
}

/** No conflict, or its kind: new rows we should have read, a file gone that we read. */
const KINDS: Readonly<Record<string, ConflictKind | undefined>> = {
  '-': undefined,
  append: 'concurrent-append',
  'delete-read': 'concurrent-delete-read',
}

/** Ours after the winner, at Serializable and at WriteSerializable. */
const MATRIX: readonly (readonly [keyof typeof OURS, keyof typeof WINNERS, string, string])[] = [
  ['an append', 'blind append, 1', '-', '-'],
  ['an append', 'blind append, 2', '-', '-'],
  ['an append', 'insert that read, 1', '-', '-'],
  ['an append', 'insert that read, 2', '-', '-'],
  ['an append', 'insert without info, 1', '-', '-'],
  ['an append', 'delete, 1', '-', '-'],
  ['an append', 'delete, 2', '-', '-'],
  ['an append', 'compaction, 1', '-', '-'],
  ['an append', 'compaction, 2', '-', '-'],
  ['an append', 'deletion vector, 1', '-', '-'],
  ['an append', 'row id backfill', '-', '-'],
  ['a delete in partition 1', 'blind append, 1', 'append', '-'],
  ['a delete in partition 1', 'blind append, 2', '-', '-'],
  ['a delete in partition 1', 'insert that read, 1', 'append', 'append'],
  ['a delete in partition 1', 'insert that read, 2', '-', '-'],
  ['a delete in partition 1', 'insert without info, 1', 'append', 'append'],
  ['a delete in partition 1', 'delete, 1', 'delete-read', 'delete-read'],
  ['a delete in partition 1', 'delete, 2', '-', '-'],
  ['a delete in partition 1', 'compaction, 1', 'append', 'append'],
  ['a delete in partition 1', 'compaction, 2', '-', '-'],
  ['a delete in partition 1', 'deletion vector, 1', 'append', 'append'],
  ['a delete in partition 1', 'row id backfill', '-', '-'],
  ['a delete everywhere', 'blind append, 1', 'append', '-'],
  ['a delete everywhere', 'blind append, 2', 'append', '-'],
  ['a delete everywhere', 'insert that read, 1', 'append', 'append'],
  ['a delete everywhere', 'insert that read, 2', 'append', 'append'],
  ['a delete everywhere', 'insert without info, 1', 'append', 'append'],
  ['a delete everywhere', 'delete, 1', 'delete-read', 'delete-read'],
  ['a delete everywhere', 'delete, 2', 'delete-read', 'delete-read'],
  ['a delete everywhere', 'compaction, 1', 'append', 'append'],
  ['a delete everywhere', 'compaction, 2', 'append', 'append'],
  ['a delete everywhere', 'deletion vector, 1', 'append', 'append'],
  ['a delete everywhere', 'row id backfill', '-', '-'],
  ['an overwrite with its schema', 'blind append, 1', 'append', 'append'],
  ['an overwrite with its schema', 'blind append, 2', 'append', 'append'],
  ['an overwrite with its schema', 'insert that read, 1', 'append', 'append'],
  ['an overwrite with its schema', 'insert that read, 2', 'append', 'append'],
  ['an overwrite with its schema', 'insert without info, 1', 'append', 'append'],
  ['an overwrite with its schema', 'delete, 1', 'delete-read', 'delete-read'],
  ['an overwrite with its schema', 'delete, 2', 'delete-read', 'delete-read'],
  ['an overwrite with its schema', 'compaction, 1', 'append', 'append'],
  ['an overwrite with its schema', 'compaction, 2', 'append', 'append'],
  ['an overwrite with its schema', 'deletion vector, 1', 'append', 'append'],
  ['an overwrite with its schema', 'row id backfill', '-', '-'],
  ['a compaction of partition 1', 'blind append, 1', '-', '-'],
  ['a compaction of partition 1', 'blind append, 2', '-', '-'],
  ['a compaction of partition 1', 'insert that read, 1', '-', '-'],
  ['a compaction of partition 1', 'insert that read, 2', '-', '-'],
  ['a compaction of partition 1', 'insert without info, 1', '-', '-'],
  ['a compaction of partition 1', 'delete, 1', 'delete-read', 'delete-read'],
  ['a compaction of partition 1', 'delete, 2', '-', '-'],
  ['a compaction of partition 1', 'compaction, 1', 'delete-read', 'delete-read'],
  ['a compaction of partition 1', 'compaction, 2', '-', '-'],
  ['a compaction of partition 1', 'deletion vector, 1', 'delete-read', 'delete-read'],
  ['a compaction of partition 1', 'row id backfill', '-', '-'],
  ['a compaction that read all', 'blind append, 1', '-', '-'],
  ['a compaction that read all', 'blind append, 2', '-', '-'],
  ['a compaction that read all', 'insert that read, 1', '-', '-'],
  ['a compaction that read all', 'insert that read, 2', '-', '-'],
  ['a compaction that read all', 'insert without info, 1', '-', '-'],
  ['a compaction that read all', 'delete, 1', 'delete-read', 'delete-read'],
  ['a compaction that read all', 'delete, 2', 'delete-read', 'delete-read'],
  ['a compaction that read all', 'compaction, 1', 'delete-read', 'delete-read'],
  ['a compaction that read all', 'compaction, 2', 'delete-read', 'delete-read'],
  ['a compaction that read all', 'deletion vector, 1', 'delete-read', 'delete-read'],
  ['a compaction that read all', 'row id backfill', '-', '-'],
]

describe('the conflict matrix', () => {
  test.each(MATRIX)('%s after %s: %s, %s', (ours, winner, serializable, writeSerializable) => {
    const judged = ['Serializable', 'WriteSerializable'].map(
      (level) => findConflict(OURS[ours], { version: 2, actions: WINNERS[winner] }, table(level))?.kind,
    )
    expect(judged).toEqual([KINDS[serializable], KINDS[writeSerializable]])
  })

  test('has every cell once', () => {
    expect(new Set(MATRIX.map(([ours, winner]) => `${ours}, ${winner}`)).size).toBe(MATRIX.length)
    expect(MATRIX).toHaveLength(Object.keys(OURS).length * Object.keys(WINNERS).length)
  })
})

const domain = (name: string): Action => ({ domainMetadata: { domain: name, configuration: '{}', removed: false } })
const txn = (appId: string): Action => ({ txn: { appId, version: 1 } })
const protocol = (...writerFeatures: string[]): Action => ({
  protocol: {
    minReaderVersion: 1,
    minWriterVersion: 7,
    writerFeatures: ['appendOnly', 'invariants', ...writerFeatures],
  },
})
const mine = [add('new', inPart('1'))]

function changed(more: Partial<Metadata>, properties: Record<string, string> = {}): Action {
  const { metadata } = table()
  return { metaData: { ...metadata, ...more, configuration: { ...metadata.configuration, ...properties } } }
}

describe('a winner that changes the table itself', () => {
  test.each<[string, readonly Action[], () => readonly Action[], ConflictKind | undefined]>([
    ['new columns', mine, () => [changed({ schemaString: METADATA.schemaString })], 'metadata-changed'],
    ['other partition columns', mine, () => [changed({ partitionColumns: [] })], 'metadata-changed'],
    ['another id', mine, () => [changed({ id: 'other' })], 'metadata-changed'],
    ['a property that binds writers', mine, () => [changed({}, { 'delta.appendOnly': 'true' })], 'metadata-changed'],
    ['identity values given out', mine, () => [changed({ schemaString: identityAt(8) })], undefined],
    [
      'identity values, as we do',
      [metaData, ...mine],
      () => [changed({ schemaString: identityAt(8) })],
      'metadata-changed',
    ],
    ['the same metadata again', mine, () => [changed({})], undefined],
    ['a retention', mine, () => [changed({}, { 'delta.logRetentionDuration': 'interval 1 day' })], undefined],
    ['a property of the user', mine, () => [changed({}, { owner: 'me' })], undefined],
    ['in-commit timestamps on', mine, () => [changed({}, { 'delta.enableInCommitTimestamps': 'true' })], undefined],
    [
      'in-commit timestamps off',
      mine,
      () => [changed({}, { 'delta.enableInCommitTimestamps': 'false' })],
      'metadata-changed',
    ],
    ['row tracking on', mine, () => [changed({}, { 'delta.enableRowTracking': 'true' })], undefined],
    ['a retention, and we bring metadata too', [metaData], () => [changed({})], 'metadata-changed'],
    ['the same protocol again', mine, () => [{ protocol: PROTOCOL }], undefined],
    ['a harmless feature', mine, () => [protocol('domainMetadata')], undefined],
    ['row tracking', mine, () => [protocol('domainMetadata', 'rowTracking')], undefined],
    ['a feature with rules for rows', mine, () => [protocol('checkConstraints')], 'protocol-changed'],
    ['a feature nobody knows', mine, () => [protocol('news')], 'protocol-changed'],
    ['a harmless feature that we cannot write', mine, () => [protocol('catalogManaged')], 'protocol-changed'],
    ['a protocol when we change it too', [protocol()], () => [protocol()], 'protocol-changed'],
    [
      'a protocol without a feature that was there',
      mine,
      () => [{ protocol: { minReaderVersion: 1, minWriterVersion: 1 } }],
      'protocol-changed',
    ],
    ['the same domain', [domain('d')], () => [domain('d')], 'concurrent-transaction'],
    ['another domain', [domain('d')], () => [domain('e')], undefined],
    ['row ids, as we do', [domain('delta.rowTracking')], () => [domain('delta.rowTracking')], undefined],
    ['the same application', [txn('a')], () => [txn('a')], 'concurrent-transaction'],
    ['another application', [txn('a')], () => [txn('b')], undefined],
    ['the same files', [add('p%20r')], () => [add('p r')], 'concurrent-append'],
    [
      'a file gone that we write again',
      [add('a', { deletionVector: vector })],
      () => [remove('a')],
      'concurrent-delete-delete',
    ],
    ['a file gone that we remove blindly', [remove('b%20c')], () => [remove('%62%20c')], 'concurrent-delete-delete'],
  ])('%s', (_, ours, winner, kind) => {
    const appIds = ours.flatMap((action) => ('txn' in action ? [action.txn.appId] : []))
    const actions = winner()
    expect(findConflict(transaction(ours, undefined, ...appIds), { version: 2, actions }, table())?.kind).toBe(kind)
  })

  test('takes a property away that binds writers', () => {
    const before = { ...table(), metadata: withProperties({ 'delta.appendOnly': 'true' }) }
    const found = findConflict(transaction(mine), { version: 2, actions: [metaData] }, before)
    expect(found?.kind).toBe('metadata-changed')
  })
})

test('what was read of a removed file is told by its add, though the remove lacks the partition values', () => {
  const ours = transaction([], (file) => file.partitionValues.p === '2')
  const winner = { version: 2, actions: [remove('z')] }
  expect(findConflict(ours, winner, table())?.kind).toBe('concurrent-delete-read')
})

test('a conflict says which version did what', () => {
  const found = findConflict(OURS['a delete everywhere'], { version: 2, actions: [add('theirs')] }, table())
  expect(found?.message).toBe('version 2 added theirs, which we should have read')
})
