import type { AddFile, RemoveFile } from '../log/index.ts'

export interface RemovalOptions {
  /** Milliseconds since 1970: from then on a vacuum counts. */
  readonly at: number
  /** False where the rows are somewhere else now. */
  readonly dataChange: boolean
}

/**
 * The action that takes a live file out of the table (PROTOCOL.md "Add File and Remove File"): path and deletion vector
 * repeat the add's, byte for byte. Its statistics are not repeated: nobody needs them, and they hold values.
 */
export function removeFile(add: AddFile, { at, dataChange }: RemovalOptions): RemoveFile {
  const { path, partitionValues, size, tags, deletionVector, baseRowId, defaultRowCommitVersion } = add
  return {
    path,
    deletionTimestamp: at,
    dataChange,
    extendedFileMetadata: true,
    partitionValues,
    size,
    ...(tags && { tags }),
    ...(deletionVector && { deletionVector }),
    ...(baseRowId !== undefined && { baseRowId }),
    ...(defaultRowCommitVersion !== undefined && { defaultRowCommitVersion }),
  }
}
