import { DeltaError } from '../errors.ts'
import type { DeletionVector, FileChange, RemoveFile } from '../log/index.ts'
import type { RowSet, SelectedRows } from '../parquet/index.ts'
import { fileView, mayMatch } from '../predicate/index.ts'
import { type PhysicalValue, parseStats, type StructField, type StructType } from '../schema/index.ts'
import {
  checkFits,
  loadDeletedRows,
  openFile,
  type ScannedFile,
  type ScanOptions,
  type ScanRequest,
  selectFrom,
} from './file.ts'
import { partitionValuesOf } from './prune.ts'
import { allBut } from './row-difference.ts'

/** What happened to a row: an update is told by the row as it was before, and as it was after. */
const TYPE = '_change_type'
const VERSION = '_commit_version'
const TIMESTAMP = '_commit_timestamp'

const CHANGE_COLUMNS: readonly StructField[] = [
  { name: TYPE, type: { type: 'string' }, nullable: true, metadata: {} },
  { name: VERSION, type: { type: 'long' }, nullable: true, metadata: {} },
  { name: TIMESTAMP, type: { type: 'timestamp' }, nullable: true, metadata: {} },
]

/**
 * The columns of a table's changes: its own, then `_change_type` (`insert`, `delete`, `update_preimage` or
 * `update_postimage`), `_commit_version` and `_commit_timestamp`.
 * @throws {DeltaError} `unsupported` for a table with a column of such a name.
 */
export function changeSchema({ fields }: StructType): StructType {
  const taken = CHANGE_COLUMNS.find(({ name }) => fields.some((field) => field.name.toLowerCase() === name))
  if (taken === undefined) return { type: 'struct', fields: [...fields, ...CHANGE_COLUMNS] }
  throw new DeltaError(
    'unsupported',
    `the table has a column ${taken.name}, which is what a column of its changes is called: rename it`,
    { column: taken.name, feature: 'changeDataFeed' },
  )
}

export interface ChangeScanRequest extends ScanOptions, Pick<ScanRequest, 'open' | 'readVector' | 'matchBy'> {
  readonly change: FileChange
  readonly version: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
  /** Of the changes: see {@link changeSchema}. */
  readonly schema: StructType
  readonly partitionColumns: readonly string[]
  /** The bytes of a file whose removal does not tell them. */
  readonly sizeOf?: ((path: string) => Promise<number>) | undefined
}

/**
 * The rows that one file tells of as changed, as they are in its columns. A file that cannot hold a row for which the
 * filter is true is not opened.
 * @throws {DeltaError} as `scanFile`; `unsupported` for the removal of a file that does not tell its partition.
 */
export async function* scanChange(request: ChangeScanRequest): AsyncGenerator<SelectedRows> {
  const { change } = request
  switch (change.kind) {
    case 'cdc':
      yield* scanPart(request, change.file, {})
      break
    case 'add':
      yield* scanPart(request, change.file, { type: 'insert', deleted: change.file.deletionVector })
      break
    case 'remove': {
      const file = await wholeFile(change.file, request)
      yield* scanPart(request, file, { type: 'delete', deleted: change.file.deletionVector })
      break
    }
    case 'vector': {
      const [before, after] = [change.before.deletionVector, change.file.deletionVector]
      if (after) yield* scanPart(request, change.file, { type: 'delete', only: after, deleted: before })
      if (before) yield* scanPart(request, change.file, { type: 'insert', only: before, deleted: after })
    }
  }
}

/** Which rows of a file changed in one way. */
interface ChangedRows {
  /** What happened to them; the rows of a change file say it themselves. */
  readonly type?: 'insert' | 'delete'
  /** Only rows that this vector marks. */
  readonly only?: DeletionVector | undefined
  /** Without those that this vector marks. */
  readonly deleted?: DeletionVector | undefined
}

async function* scanPart(
  request: ChangeScanRequest,
  file: ScannedFile,
  { type, only, deleted }: ChangedRows,
): AsyncGenerator<SelectedRows> {
  const { schema, partitionColumns, version, timestamp, where } = request
  const constants = new Map<string, PhysicalValue | null>(partitionValuesOf(file, schema, partitionColumns))
  constants.set(VERSION, version).set(TIMESTAMP, timestamp * 1000)
  if (type !== undefined) constants.set(TYPE, type)
  if (where !== undefined && !mayMatch(where, fileView(parseStats(schema, file.stats), constants))) return
  const place = { ...request, file }
  const [parquet, wanted, except] = await Promise.all([
    openFile(place),
    loadDeletedRows(place, only),
    loadDeletedRows(place, deleted),
  ])
  for (const rows of [wanted, except]) if (rows) checkFits(rows, parquet, file)
  const without: RowSet | undefined = wanted ? allBut(wanted, except) : except
  yield* selectFrom(parquet, request, without, constants)
}

/** A removed file with what its removal may leave out (PROTOCOL.md "Add File and Remove File"). */
async function wholeFile(remove: RemoveFile, { partitionColumns, sizeOf }: ChangeScanRequest): Promise<ScannedFile> {
  const { path, partitionValues, stats } = remove
  const size = remove.size ?? (await sizeOf?.(path))
  if (size === undefined || (partitionValues === undefined && partitionColumns.length > 0)) {
    throw new DeltaError(
      'unsupported',
      `the log tells of the removal of data file ${path} without its ${size === undefined ? 'size' : 'partition values'}: its rows cannot be given as deleted`,
      { file: path, feature: 'extendedFileMetadata' },
    )
  }
  return { path, size, partitionValues: partitionValues ?? {}, ...(stats !== undefined && { stats }) }
}
