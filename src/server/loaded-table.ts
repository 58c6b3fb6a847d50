import type { AddFile, TableVersion } from '../log/index.ts'
import type { ObjectStore } from '../store/index.ts'

/**
 * A table at one version, as answers see it, and the store that its files are in. The files may be in memory or still in
 * the log: they come in batches, and whoever stops early lets go of what was opened for them.
 */
export interface LoadedTable extends Omit<TableVersion, 'location' | 'heldBytes' | 'isHeld' | 'files' | 'parts'> {
  readonly store: ObjectStore
  /**
   * The live data files, in batches of at most 1,024: each time in the same order, which is of this object alone. Another
   * server, or this one after a restart, may find the same version in another order.
   */
  files(): AsyncIterable<readonly AddFile[]>
  /**
   * Whether rows of a file may be deleted by a vector: exactly, where the files are in memory, else whether the table may
   * have vectors at all.
   */
  mayHaveDeletionVectors(): boolean
}

/** A version that was opened; always the same object for the same one, so that answers may keep things beside it. */
export function loadedTable(store: ObjectStore, opened: TableVersion): LoadedTable {
  const table = tables.get(opened) ?? withStore(store, opened)
  tables.set(opened, table)
  return table
}

const tables = new WeakMap<TableVersion, LoadedTable>()

function withStore(store: ObjectStore, opened: TableVersion): LoadedTable {
  const { version, timestamp, protocol, metadata, schema, partitionColumns, numFiles, sizeInBytes } = opened
  let found: boolean | undefined
  return {
    store,
    version,
    timestamp,
    protocol,
    metadata,
    schema,
    partitionColumns,
    ...(numFiles !== undefined && { numFiles }),
    ...(sizeInBytes !== undefined && { sizeInBytes }),
    files: () => opened.files(),
    mayHaveDeletionVectors: () => (found ??= mayHaveDeletionVectors(opened)),
  }
}

function mayHaveDeletionVectors({ protocol, isHeld, parts: { snapshot } }: TableVersion): boolean {
  if (!protocol.readerFeatures?.includes('deletionVectors')) return false
  if (!isHeld) return true
  for (const { deletionVector } of snapshot.files()) if (deletionVector !== undefined) return true
  return false
}
