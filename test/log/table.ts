import {
  type Action,
  type AddFile,
  type CommitOutcome,
  type CommitRequest,
  commit,
  type Metadata,
  type Protocol,
  type RemoveFile,
  type Snapshot,
} from '../../src/log/index.ts'
import type { Runtime } from '../../src/runtime.ts'
import type { ObjectStore } from '../../src/store/index.ts'

export const PROTOCOL: Protocol = { minReaderVersion: 1, minWriterVersion: 2 }

const FEATURES = ['deletionVectors', 'v2Checkpoint']
/** For tables in which random histories happen. */
export const FEATURED_PROTOCOL: Protocol = {
  minReaderVersion: 3,
  minWriterVersion: 7,
  readerFeatures: FEATURES,
  writerFeatures: [...FEATURES, 'domainMetadata', 'appendOnly', 'invariants'],
}

export const METADATA: Metadata = {
  id: '5fba94ed-9794-4965-ba6e-6ee3c0d22af9',
  format: { provider: 'parquet', options: {} },
  schemaString: schemaString({ name: 'id', type: 'long' }),
  partitionColumns: [],
  configuration: {},
}

export function schemaString(...fields: readonly Record<string, unknown>[]): string {
  return JSON.stringify({
    type: 'struct',
    fields: fields.map((field) => ({ nullable: true, metadata: {}, ...field })),
  })
}

export function withProperties(configuration: Record<string, string>): Metadata {
  return { ...METADATA, configuration }
}

export function add(path: string, more: Partial<AddFile> = {}): { readonly add: AddFile } {
  return { add: { path, partitionValues: {}, size: 10, modificationTime: 1, dataChange: true, ...more } }
}

export function remove(path: string, more: Partial<RemoveFile> = {}): { readonly remove: RemoveFile } {
  return { remove: { path, deletionTimestamp: 1, dataChange: true, ...more } }
}

/** A request that appends files blindly. */
export function appendOf(snapshot: Snapshot | null, ...actions: readonly Action[]): CommitRequest {
  return { snapshot, actions, operation: 'WRITE', operationParameters: { mode: 'Append' }, blindAppend: true }
}

/** A request that read the whole table. */
export function rewriteOf(snapshot: Snapshot | null, ...actions: readonly Action[]): CommitRequest {
  return { ...appendOf(snapshot, ...actions), operation: 'DELETE', blindAppend: false }
}

/** A new, empty table at version 0. */
export async function createTable(
  store: ObjectStore,
  runtime: Runtime,
  metadata: Metadata = METADATA,
  protocol: Protocol = PROTOCOL,
): Promise<Snapshot> {
  const request = { ...appendOf(null, { protocol }, { metaData: metadata }), operation: 'CREATE TABLE' }
  return committed(await commit(store, request, { runtime })).snapshot
}

/** The outcome of a commit that must have succeeded. */
export function committed(outcome: CommitOutcome): Extract<CommitOutcome, { outcome: 'committed' }> {
  if (outcome.outcome === 'committed') return outcome
  throw new Error(`expected a commit, found ${JSON.stringify(outcome)}`)
}

/** The snapshot after one more commit that must succeed. */
export async function append(
  store: ObjectStore,
  runtime: Runtime,
  snapshot: Snapshot,
  ...actions: readonly Action[]
): Promise<Snapshot> {
  const request = actions.some((action) => 'remove' in action) ? rewriteOf : appendOf
  return committed(await commit(store, request(snapshot, ...actions), { runtime })).snapshot
}

export function paths(snapshot: Snapshot): string[] {
  return Array.from(snapshot.files(), (file) => file.path).sort()
}

/** Writes a commit file as some other writer would. */
export async function putText(store: ObjectStore, key: string, text: string): Promise<void> {
  await store.put(key, new TextEncoder().encode(text), { mode: 'overwrite' })
}
