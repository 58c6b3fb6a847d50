import { DeltaError } from '../errors.ts'
import type { DeletionVector, FileChange, RemoveFile } from '../log/index.ts'
import type { ParquetFile, RowSet, SelectedRows } from '../parquet/index.ts'
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
      yield* scanPart(request, change.file, undefined, openedWithout(request, change.file, undefined))
      break
    case 'add':
      yield* scanPart(request, change.file, 'insert', openedWithout(request, change.file, change.file.deletionVector))
      break
    case 'remove': {
      const file = await wholeFile(change.file, request)
      yield* scanPart(request, file, 'delete', openedWithout(request, file, change.file.deletionVector))
      break
    }
    case 'vector':
      yield* scanExchange(request, change)
  }
}

/** The rows of a file that one vector marks and the other does not. The file and both are opened once. */
async function* scanExchange(
  request: ChangeScanRequest,
  { before: { deletionVector: before }, file }: Extract<FileChange, { kind: 'vector' }>,
): AsyncGenerator<SelectedRows> {
  const after = file.deletionVector
  let opening: Promise<OpenedFile> | undefined
  const open = (): Promise<OpenedFile> => {
    opening ??= openWith(request, file, [before, after])
    return opening
  }
  const onlyIn = (which: 0 | 1) => async (): Promise<ChangedRows> => {
    const { parquet, marked } = await open()
    const wanted = marked[which]
    return { parquet, without: wanted && allBut(wanted, marked[1 - which]) }
  }
  if (after) yield* scanPart(request, file, 'delete', onlyIn(1))
  if (before) yield* scanPart(request, file, 'insert', onlyIn(0))
}

/** A data file, and the rows that each of some deletion vectors marks in it. */
interface OpenedFile {
  readonly parquet: ParquetFile
  readonly marked: readonly (RowSet | undefined)[]
}

async function openWith(
  request: ChangeScanRequest,
  file: ScannedFile,
  vectors: readonly (DeletionVector | undefined)[],
): Promise<OpenedFile> {
  const place = { ...request, file }
  const [parquet, ...marked] = await Promise.all([
    openFile(place),
    ...vectors.map((vector) => loadDeletedRows(place, vector)),
  ])
  for (const rows of marked) if (rows) checkFits(rows, parquet, file)
  return { parquet, marked }
}

/** Which rows of a file changed in one way: all but those that are set aside. */
interface ChangedRows {
  readonly parquet: ParquetFile
  readonly without: RowSet | undefined
}

function openedWithout(
  request: ChangeScanRequest,
  file: ScannedFile,
  deleted: DeletionVector | undefined,
): () => Promise<ChangedRows> {
  return async () => {
    const { parquet, marked } = await openWith(request, file, [deleted])
    return { parquet, without: marked[0] }
  }
}

/** @param type what happened to the rows; those of a change file say it themselves. */
async function* scanPart(
  request: ChangeScanRequest,
  file: ScannedFile,
  type: 'insert' | 'delete' | undefined,
  open: () => Promise<ChangedRows>,
): AsyncGenerator<SelectedRows> {
  const { schema, partitionColumns, version, timestamp, where } = request
  const constants = new Map<string, PhysicalValue | null>(partitionValuesOf(file, schema, partitionColumns))
  constants.set(VERSION, version).set(TIMESTAMP, timestamp * 1000)
  if (type !== undefined) constants.set(TYPE, type)
  if (where !== undefined && !mayMatch(where, fileView(parseStats(schema, file.stats), constants))) return
  const { parquet, without } = await open()
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
