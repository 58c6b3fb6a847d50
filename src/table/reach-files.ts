import { decodePath } from '../log/index.ts'
import type { RandomAccess } from '../parquet/index.ts'
import { type ReadVector, storedAccess } from '../scan/index.ts'
import type { ObjectStore } from '../store/index.ts'

/** How the files that a table's log names are reached in its store. */
export interface FileReach {
  open(file: { readonly path: string; readonly size: number }): RandomAccess
  readonly readVector: ReadVector
}

/** @throws {DeltaError} on the way, `unsupported` for a path outside the table. */
export function reachFiles(store: ObjectStore): FileReach {
  return {
    open: ({ path, size }) => storedAccess(store, decodePath(path, store.location), size),
    readVector: async (path, range, signal) =>
      (await store.get(decodePath(path, store.location), { range, signal })).body,
  }
}
