import { DeltaError } from '../errors.ts'
import type { AddFile, DeletionVector } from '../log/index.ts'
import {
  type MatchBy,
  openParquet,
  type ParquetFile,
  type RandomAccess,
  type RowSet,
  rowBuilder,
  type SelectedRows,
  selectRows,
  withFilterColumns,
} from '../parquet/index.ts'
import type { Predicate } from '../predicate/index.ts'
import { type PhysicalValue, type Row, type RowValueOptions, type StructType, selectFields } from '../schema/index.ts'
import { loadDeletionVector, type ReadVector } from './deletion-vector/load.ts'
import type { RowBitmap } from './deletion-vector/row-bitmap.ts'
import { partitionValuesOf } from './prune.ts'

export interface ScanOptions extends RowValueOptions {
  /** Columns wanted, in this order; all by default. */
  readonly columns?: readonly string[] | undefined
  /** Only rows for which this is true. */
  readonly where?: Predicate | undefined
  /** How many rows the caller takes at most: where every row counts, no others are decoded. */
  readonly limit?: number | undefined
  /** How many rows come at a time at most: 8,192 unless said. */
  readonly rowsAtATime?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a scan needs to know of a file in the log. */
export type ScannedFile = Pick<AddFile, 'path' | 'partitionValues' | 'size' | 'stats' | 'deletionVector'>

export interface ScanRequest extends ScanOptions {
  readonly file: ScannedFile
  readonly open: (file: ScannedFile) => RandomAccess | Promise<RandomAccess>
  /** Reads from files of deletion vectors. Without it a data file whose vector lies in one is refused. */
  readonly readVector?: ReadVector | undefined
  readonly schema: StructType
  readonly partitionColumns: readonly string[]
  /** By what columns are found in the file: by their physical names unless said. */
  readonly matchBy?: MatchBy | undefined
}

/**
 * The rows of one data file as the table sees them: partition values come from the log, columns and struct members that
 * the file lacks are null, rows that a deletion vector marks are not there, and the filter is exact. What the file's
 * statistics rule out is not read. Yields a few thousand rows at a time.
 * @throws {DeltaError} `invalid-data` when the file or its deletion vector breaks its format, or the two do not fit.
 */
export async function* scanFile(request: ScanRequest): AsyncGenerator<Row[]> {
  const build = rowBuilder(selectFields(request.schema, request.columns), request)
  for await (const selected of scanRows(request)) yield build(selected)
}

/** As {@link scanFile}, the rows as they are in the file's columns, with the columns that the filter asks for beside those wanted. */
export async function* scanRows(request: ScanRequest): AsyncGenerator<SelectedRows> {
  const { file, schema, partitionColumns } = request
  const [parquet, deleted] = await Promise.all([openFile(request), loadDeletedRows(request, file.deletionVector)])
  if (deleted !== undefined) checkFits(deleted, parquet, file)
  yield* selectFrom(parquet, request, deleted, partitionValuesOf(file, schema, partitionColumns))
}

/**
 * The rows of an open file, those of a set aside.
 * @param constants values that columns have in all rows, whatever the file holds.
 */
export function selectFrom(
  parquet: ParquetFile,
  request: Omit<ScanRequest, 'file' | 'open'>,
  without: RowSet | undefined,
  constants: ReadonlyMap<string, PhysicalValue | null>,
): AsyncGenerator<SelectedRows> {
  const { schema, matchBy, where, limit, rowsAtATime, signal } = request
  const fields = withFilterColumns(selectFields(schema, request.columns), where, schema)
  const needed: StructType = { type: 'struct', fields }
  const ofNeeded = new Map([...constants].filter(([name]) => fields.some((field) => field.name === name)))
  const selection = { schema: needed, matchBy, without, where, constants: ofNeeded, limit, rowsAtATime, signal }
  return selectRows(parquet, selection)
}

export async function openFile({ file, open, signal }: Pick<ScanRequest, 'file' | 'open' | 'signal'>) {
  return openParquet(await open(file), signal)
}

/** The rows that a deletion vector of the file marks; nothing without one. */
export async function loadDeletedRows(
  { file, readVector = noVectors, signal }: Pick<ScanRequest, 'file' | 'readVector' | 'signal'>,
  vector: DeletionVector | undefined,
): Promise<RowBitmap | undefined> {
  return vector && loadDeletionVector(vector, file.path, readVector, signal)
}

/** @throws {DeltaError} `invalid-data` for a vector that marks rows which the file does not have. */
export function checkFits(deleted: RowBitmap, { numRows }: ParquetFile, { path }: Pick<AddFile, 'path'>): void {
  if (deleted.end <= numRows) return
  throw new DeltaError(
    'invalid-data',
    `the deletion vector of data file ${path} cannot be applied: it marks row ${deleted.end - 1}, and the file has ${numRows} rows`,
    { file: path },
  )
}

async function noVectors(): Promise<never> {
  throw new DeltaError('unsupported', 'deletion vectors in files of their own cannot be reached here', {
    feature: 'deletionVectors',
  })
}
