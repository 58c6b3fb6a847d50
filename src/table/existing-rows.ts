import { type AddFile, columnsMatchBy, type Snapshot } from '../log/index.ts'
import type { SelectedRows } from '../parquet/index.ts'
import { type ScanOptions, scanRows } from '../scan/index.ts'
import { type FileReach, reachFiles } from './reach-files.ts'
import type { TableContext } from './settings.ts'

/** The live rows of a file of the table, in physical form: those that its deletion vector marks are not among them. */
export type ReadRows = (options?: ScanOptions) => AsyncGenerator<SelectedRows>

/** A reader of one file's rows, as often as one likes; its bytes are fetched once where it is small. */
export function existingRows(
  { store }: TableContext,
  { schema, partitionColumns, metadata }: Snapshot,
  file: AddFile,
  signal: AbortSignal | undefined,
): ReadRows {
  const { open, readVector } = reachFiles(store)
  let access: ReturnType<FileReach['open']> | undefined
  const place = {
    file,
    open: (scanned: Parameters<FileReach['open']>[0]) => {
      access ??= open(scanned)
      return access
    },
    readVector,
    schema,
    partitionColumns,
    matchBy: columnsMatchBy(metadata),
    signal,
  }
  return (options = {}) => scanRows({ ...place, ...options })
}
