import { beforeAll, describe, expect, test } from 'vitest'
import type { ConflictKind } from '../../src/errors.ts'
import { findConflict, type Transaction } from '../../src/log/conflict.ts'
import type { Action, Snapshot } from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { add, append, createTable, METADATA, PROTOCOL, remove } from './table.ts'

let before: Snapshot

beforeAll(async () => {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  before = await append(store, runtime, await createTable(store, runtime), add('old'), add('p%20q'))
})

const all = (): boolean => true
const none = (): boolean => false

function transaction(actions: readonly Action[], reads: Transaction['reads'] = none, ...appIds: string[]): Transaction {
  return { actions, reads, appIds: new Set(appIds) }
}

const still = { dataChange: false }
const domain = (name: string): Action => ({ domainMetadata: { domain: name, configuration: '{}', removed: false } })
const txn = (appId: string): Action => ({ txn: { appId, version: 1 } })
const protocol = (...writerFeatures: string[]): Action => ({
  protocol: {
    minReaderVersion: 1,
    minWriterVersion: 7,
    writerFeatures: ['appendOnly', 'invariants', ...writerFeatures],
  },
})

const insert = transaction([add('new')])
const deleteAll = transaction([remove('old')], all)
const deleteOld = transaction([remove('old')], (file) => file.path === 'old')
const compact = transaction([remove('old', still), remove('p%20q', still), add('both', still)], (file) =>
  ['old', 'p%20q'].includes(file.path),
)

describe('users’ operations against each other', () => {
  test.each<[string, Transaction, readonly Action[], ConflictKind | undefined]>([
    ['insert after insert', insert, [add('theirs')], undefined],
    ['insert after delete', insert, [remove('old')], undefined],
    ['insert after compaction', insert, compact.actions, undefined],
    ['delete of everything after insert', deleteAll, [add('theirs')], 'concurrent-append'],
    ['delete of everything after delete', deleteAll, [remove('p%20q')], 'concurrent-delete-read'],
    ['delete after insert elsewhere', deleteOld, [add('theirs')], undefined],
    ['delete after delete elsewhere', deleteOld, [remove('p%20q')], undefined],
    ['delete after the same delete', deleteOld, [remove('old')], 'concurrent-delete-read'],
    ['blind delete after the same delete', transaction([remove('old')]), [remove('old')], 'concurrent-delete-delete'],
    ['delete after compaction', deleteOld, compact.actions, 'concurrent-delete-read'],
    ['compaction after insert', compact, [add('theirs')], undefined],
    ['compaction after insert, having read everything', { ...compact, reads: all }, [add('theirs')], undefined],
    ['compaction after delete', compact, [remove('old')], 'concurrent-delete-read'],
    ['compaction after compaction', compact, compact.actions, 'concurrent-delete-read'],
  ])('%s', (_, ours, actions, kind) => {
    expect(findConflict(ours, { version: 2, actions }, before)?.kind).toBe(kind)
  })
})

describe('changes of the table itself', () => {
  test.each<[string, readonly Action[], readonly Action[], ConflictKind | undefined]>([
    ['new metadata', [add('new')], [{ metaData: METADATA }], 'metadata-changed'],
    ['the same protocol again', [add('new')], [{ protocol: PROTOCOL }], undefined],
    ['a harmless feature', [add('new')], [protocol('domainMetadata')], undefined],
    ['a feature with rules for rows', [add('new')], [protocol('checkConstraints')], 'protocol-changed'],
    ['a feature nobody knows', [add('new')], [protocol('news')], 'protocol-changed'],
    ['a harmless feature that we cannot write', [add('new')], [protocol('rowTracking')], 'protocol-changed'],
    ['a protocol when we change it too', [protocol()], [protocol()], 'protocol-changed'],
    [
      'a protocol without a feature that was there',
      [add('new')],
      [{ protocol: { minReaderVersion: 1, minWriterVersion: 1 } }],
      'protocol-changed',
    ],
    ['the same domain', [domain('d')], [domain('d')], 'concurrent-transaction'],
    ['another domain', [domain('d')], [domain('e')], undefined],
    ['the same application', [txn('a')], [txn('a')], 'concurrent-transaction'],
    ['another application', [txn('a')], [txn('b')], undefined],
    ['the same files', [add('p%20r')], [add('p r')], 'concurrent-append'],
  ])('%s', (_, ours, actions, kind) => {
    const appIds = ours.flatMap((action) => ('txn' in action ? [action.txn.appId] : []))
    expect(findConflict(transaction(ours, none, ...appIds), { version: 2, actions }, before)?.kind).toBe(kind)
  })
})

test('two spellings of one path are one file', () => {
  const ours = transaction([remove('p%20q')])
  expect(findConflict(ours, { version: 2, actions: [remove('%70%20q')] }, before)?.kind).toBe(
    'concurrent-delete-delete',
  )
})

test('a conflict says which version did what', () => {
  const conflict = findConflict(deleteAll, { version: 2, actions: [add('theirs')] }, before)
  expect(conflict?.message).toBe('version 2 added theirs, which we should have read')
})
