import { DeltaError } from '../errors.ts'
import type { AddFile } from '../log/index.ts'
import {
  type MatchBy,
  openParquet,
  type ParquetFile,
  type RandomAccess,
  rowBuilder,
  type SelectedRows,
  selectRows,
  withFilterColumns,
} from '../parquet/index.ts'
import type { Predicate } from '../predicate/index.ts'
import { type Row, type RowValueOptions, type StructType, selectFields } from '../schema/index.ts'
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

export interface ScanRequest extends ScanOptions {
  readonly file: AddFile
  readonly open: (file: AddFile) => RandomAccess | Promise<RandomAccess>
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
  const { file, schema, partitionColumns, matchBy, where, limit, rowsAtATime, signal } = request
  const fields = withFilterColumns(selectFields(schema, request.columns), where, schema)
  const needed: StructType = { type: 'struct', fields }
  const constants = partitionValuesOf(file, needed, partitionColumns)
  const [parquet, without] = await Promise.all([openFile(request), loadDeletedRows(request)])
  if (without !== undefined) checkFits(without, parquet, file)
  const selection = { schema: needed, matchBy, without, where, constants, limit, rowsAtATime, signal }
  yield* selectRows(parquet, selection)
}

async function openFile({ file, open, signal }: ScanRequest): Promise<ParquetFile> {
  return openParquet(await open(file), signal)
}

async function loadDeletedRows({ file, readVector = noVectors, signal }: ScanRequest): Promise<RowBitmap | undefined> {
  return file.deletionVector && loadDeletionVector(file.deletionVector, file.path, readVector, signal)
}

function checkFits(deleted: RowBitmap, { numRows }: ParquetFile, { path }: AddFile): void {
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
