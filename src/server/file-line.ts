import { DeltaError } from '../errors.ts'
import { formatJson, isJsonObject, type JsonObject, parseJson } from '../json.ts'
import { type AddFile, deletionVectorPath } from '../log/index.ts'
import { type DeltaType, parsePartitionValue, rowValue } from '../schema/index.ts'
import {
  type DeltaFile,
  type DeltaFileAction,
  fileId,
  formatDeltaLine,
  formatParquetLine,
  type ParquetFile,
  type ResponseFormat,
} from '../wire/index.ts'
import type { FileLink } from './file-link.ts'
import type { LoadedTable } from './loaded-table.ts'

/** How lines about the files of one shared table are written. */
export interface LineForm {
  readonly format: ResponseFormat
  readonly idHash: ResponseFormat
  /** The table's id in the share. */
  readonly tableId: string
  /** Whether statistics tell how many rows there are, and nothing of what is in them. */
  readonly hideStats: boolean
}

/** Where a data file can be fetched, and the file with its deletion vector, if there is one. */
export interface FileLinks {
  readonly file: FileLink
  readonly vector?: FileLink | undefined
}

/** The longest line that every client reads (the R client's limit). */
const MAX_LINE_BYTES = 8 * 1024 * 1024

/**
 * The line of a file in the answer about a table, newline included. Statistics that would make it too long for some clients
 * are left out: they only ever save work.
 */
export function fileLine(table: LoadedTable, file: AddFile, links: FileLinks, form: LineForm): string {
  return shortLine(file, form, (shown) => formatLine(table, shown, links, form))
}

/** The line of a file, without its statistics where it would be too long with them. */
export function shortLine(
  file: AddFile,
  { hideStats }: Pick<LineForm, 'hideStats'>,
  format: (file: AddFile) => string,
): string {
  const line = format(hideStats ? withoutValues(file) : file)
  if (isShort(line)) return line
  const { stats: _, ...others } = file
  return format(others)
}

/** Of statistics the count of rows stays: it is no value, and engines need it beside a deletion vector. */
function withoutValues({ stats, ...file }: AddFile): AddFile {
  const { numRecords } = parseStats(stats)
  return numRecords === undefined ? file : { ...file, stats: formatJson({ numRecords }) }
}

/** Statistics that cannot be read tell nothing. */
function parseStats(stats: string | undefined): JsonObject {
  try {
    const json = stats === undefined ? {} : parseJson(stats)
    return isJsonObject(json) ? json : {}
  } catch {
    return {}
  }
}

/** When the first URL of a line ends: milliseconds since 1970. */
export function linksExpireAt({ file, vector }: FileLinks): number {
  return Math.min(file.expiresAt, vector?.expiresAt ?? Number.POSITIVE_INFINITY)
}

function formatLine(table: LoadedTable, file: AddFile, links: FileLinks, form: LineForm): string {
  return form.format === 'parquet'
    ? formatParquetLine({ file: parquetFile(table, file, links, form) })
    : formatDeltaLine({ file: deltaFile(file, links, form, addAction(file, links)) })
}

function isShort(line: string): boolean {
  // A character takes three bytes at most.
  return line.length * 3 <= MAX_LINE_BYTES || new TextEncoder().encode(line).length <= MAX_LINE_BYTES
}

export function parquetFile(
  table: Pick<LoadedTable, 'schema' | 'partitionColumns'>,
  file: Pick<AddFile, 'path' | 'partitionValues' | 'size' | 'stats' | 'deletionVector'>,
  links: FileLinks,
  { tableId, idHash }: Pick<LineForm, 'tableId' | 'idHash'>,
): ParquetFile {
  if (file.deletionVector !== undefined) {
    throw new DeltaError('internal', 'a file with a deletion vector in an answer that has no word for it')
  }
  return {
    url: links.file.url,
    id: fileId(tableId, file.path, idHash),
    partitionValues: sharedPartitionValues(file, table),
    size: file.size,
    stats: file.stats,
    expirationTimestamp: linksExpireAt(links),
  }
}

/** @param actionOf makes the action of the deletion vector, if there is one, as it is shared. */
export function deltaFile(
  { path, deletionVector }: Pick<AddFile, 'path' | 'deletionVector'>,
  links: FileLinks,
  { tableId, idHash }: Pick<LineForm, 'tableId' | 'idHash'>,
  actionOf: (vector: Pick<AddFile, 'deletionVector'>) => DeltaFileAction,
): DeltaFile {
  const vectorPath = deletionVector && deletionVectorPath(deletionVector)
  const shared =
    deletionVector && links.vector
      ? { ...deletionVector, storageType: 'p' as const, pathOrInlineDv: links.vector.url }
      : deletionVector
  return {
    id: fileId(tableId, path, idHash),
    ...(vectorPath === undefined ? {} : { deletionVectorFileId: fileId(tableId, vectorPath, idHash) }),
    expirationTimestamp: linksExpireAt(links),
    deltaSingleAction: actionOf(shared === undefined ? {} : { deletionVector: shared }),
  }
}

/** Tags and the like are of the writer's house. */
export function addAction(file: AddFile, links: FileLinks) {
  const { partitionValues, size, modificationTime, dataChange, stats, baseRowId, defaultRowCommitVersion } = file
  return (vector: Pick<AddFile, 'deletionVector'>): DeltaFileAction => ({
    add: {
      path: links.file.url,
      partitionValues,
      size,
      modificationTime,
      dataChange,
      ...(stats === undefined ? {} : { stats }),
      ...vector,
      ...(baseRowId === undefined ? {} : { baseRowId }),
      ...(defaultRowCommitVersion === undefined ? {} : { defaultRowCommitVersion }),
    },
  })
}

/**
 * The values as the parquet format writes them: those of the log, but timestamps, which logs hold in several forms, as
 * `2026-01-02 03:04:05.123456` in UTC.
 */
function sharedPartitionValues(
  { partitionValues }: Pick<AddFile, 'partitionValues'>,
  { schema, partitionColumns }: Pick<LoadedTable, 'schema' | 'partitionColumns'>,
): ParquetFile['partitionValues'] {
  const isTimestamp = (column: string): boolean =>
    schema.fields.some((field) => field.name === column && field.type.type === 'timestamp')
  if (!partitionColumns.some(isTimestamp)) return partitionValues
  return Object.fromEntries(
    Object.entries(partitionValues).map(([column, text]) => [
      column,
      isTimestamp(column) ? sharedTimestamp(text) : text,
    ]),
  )
}

const TIMESTAMP: DeltaType = { type: 'timestamp' }
const toIso = rowValue(TIMESTAMP)

function sharedTimestamp(text: string | null): string | null {
  const value = parsePartitionValue(TIMESTAMP, text)
  if (value === null) return null
  return String(toIso(value))
    .replace('T', ' ')
    .replace(/(?:\.?0+)?Z$/, '')
}
