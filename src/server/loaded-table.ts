import type { AddFile, Metadata, Protocol, Snapshot } from '../log/index.ts'
import type { StructType } from '../schema/index.ts'
import type { ObjectStore } from '../store/index.ts'

/**
 * A table at one version, as answers see it, and the store that its files are in. The files may be in memory or still in
 * the log: they come in batches, and whoever stops early lets go of what was opened for them.
 */
export interface LoadedTable {
  readonly store: ObjectStore
  readonly version: number
  /** When this version was committed, in milliseconds since 1970. */
  readonly timestamp: number
  readonly protocol: Protocol
  readonly metadata: Metadata
  readonly schema: StructType
  readonly partitionColumns: readonly string[]
  /** The live data files; absent where nobody has counted them. */
  readonly numFiles?: number
  /** Bytes of all live data files; absent as `numFiles` is. */
  readonly sizeInBytes?: number
  /**
   * The live data files, in batches of at most {@link BATCH_FILES}. Their order is of this object alone: another server, or
   * this one after a restart, may find the same version in another order.
   */
  files(): AsyncIterable<readonly AddFile[]>
  /**
   * Whether rows of a file may be deleted by a vector: exactly, where the files are in memory, else whether the table may
   * have vectors at all.
   */
  mayHaveDeletionVectors(): boolean
}

/** So many files are decided about before somebody else has a turn. */
export const BATCH_FILES = 1_024

/** A snapshot that is in memory. */
export function heldTable(store: ObjectStore, snapshot: Snapshot): LoadedTable {
  const { version, timestamp, protocol, metadata, schema, partitionColumns, numFiles, sizeInBytes } = snapshot
  let found: boolean | undefined
  return {
    store,
    version,
    timestamp,
    protocol,
    metadata,
    schema,
    partitionColumns,
    numFiles,
    sizeInBytes,
    files: () => batchesOf(snapshot.files()),
    mayHaveDeletionVectors: () => (found ??= hasDeletionVectors(snapshot)),
  }
}

function hasDeletionVectors(snapshot: Snapshot): boolean {
  for (const { deletionVector } of snapshot.files()) if (deletionVector !== undefined) return true
  return false
}

async function* batchesOf(files: Iterable<AddFile>): AsyncGenerator<readonly AddFile[]> {
  let batch: AddFile[] = []
  for (const file of files) {
    if (batch.push(file) < BATCH_FILES) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
