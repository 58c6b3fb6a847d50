import type { AddFile, CdcFile, RemoveFile } from '../log/index.ts'
import { type DeltaFileAction, formatDeltaLine, formatParquetLine } from '../wire/index.ts'
import { addAction, deltaFile, type FileLinks, type LineForm, parquetFile, shortLine } from './file-line.ts'
import type { LoadedTable } from './loaded-table.ts'

/** What one line tells of: a file that was added or removed, or one with the rows that changed. */
export type ChangedFile =
  | { readonly kind: 'add'; readonly file: AddFile }
  | { readonly kind: 'cdc'; readonly file: CdcFile & { readonly deletionVector?: never } }
  | { readonly kind: 'remove'; readonly file: RemovedFile }

/** A removed file with what its removal may leave out. */
export type RemovedFile = Omit<RemoveFile, 'stats'> & Required<Pick<RemoveFile, 'size' | 'partitionValues'>>

/** The version that a change is of, and what the table is there. */
export interface ChangeVersion extends Pick<LoadedTable, 'schema' | 'partitionColumns'> {
  readonly version: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
}

/** The line of one file in an answer of changes, newline included. */
export function changeLine(change: ChangedFile, at: ChangeVersion, links: FileLinks, form: LineForm): string {
  const formatLine = form.format === 'parquet' ? formatParquet : formatDelta
  if (change.kind !== 'add') return formatLine(change, at, links, form)
  return shortLine(change.file, form, (file) => formatLine({ kind: 'add', file }, at, links, form))
}

function formatParquet({ kind, file }: ChangedFile, at: ChangeVersion, links: FileLinks, form: LineForm): string {
  const { version, timestamp } = at
  const line = { ...parquetFile(at, file, links, form), version, timestamp }
  switch (kind) {
    case 'add':
      return formatParquetLine({ add: line })
    case 'cdc':
      return formatParquetLine({ cdf: line })
    case 'remove':
      return formatParquetLine({ remove: line })
  }
}

function formatDelta(change: ChangedFile, at: ChangeVersion, links: FileLinks, form: LineForm): string {
  const { version, timestamp } = at
  return formatDeltaLine({
    file: { ...deltaFile(change.file, links, form, actionOf(change, links)), version, timestamp },
  })
}

function actionOf(change: ChangedFile, links: FileLinks): (vector: Pick<AddFile, 'deletionVector'>) => DeltaFileAction {
  if (change.kind === 'add') return addAction(change.file, links)
  const { partitionValues, size } = change.file
  const file = { path: links.file.url, partitionValues, size }
  if (change.kind === 'cdc') return () => ({ cdc: { ...file, dataChange: false } })
  const { dataChange, deletionTimestamp } = change.file
  return (vector) => ({
    remove: {
      ...file,
      dataChange,
      extendedFileMetadata: true,
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      ...vector,
    },
  })
}
