import { DeltaError } from '../errors.ts'
import type { AddFile } from '../log/index.ts'
import {
  openParquet,
  type RandomAccess,
  rowBuilder,
  type SelectedRows,
  selectRows,
  withFilterColumns,
} from '../parquet/index.ts'
import type { Predicate } from '../predicate/index.ts'
import { type Row, type RowValueOptions, type StructType, selectFields } from '../schema/index.ts'
import { partitionValuesOf } from './prune.ts'

export interface ScanOptions extends RowValueOptions {
  /** Columns wanted, in this order; all by default. */
  readonly columns?: readonly string[] | undefined
  /** Only rows for which this is true. */
  readonly where?: Predicate | undefined
  /** How many rows come at a time at most: 8,192 unless said. */
  readonly rowsAtATime?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ScanRequest extends ScanOptions {
  readonly file: AddFile
  readonly open: (file: AddFile) => RandomAccess | Promise<RandomAccess>
  readonly schema: StructType
  readonly partitionColumns: readonly string[]
}

/**
 * The rows of one data file as the table sees them: partition values come from the log, columns and struct members that
 * the file lacks are null, and the filter is exact. What the file's statistics rule out is not read. Yields a few
 * thousand rows at a time.
 * @throws {DeltaError} `unsupported` for a file with a deletion vector; `invalid-data` when the file breaks its format.
 */
export async function* scanFile(request: ScanRequest): AsyncGenerator<Row[]> {
  const build = rowBuilder(selectFields(request.schema, request.columns), request)
  for await (const selected of scanRows(request)) yield build(selected)
}

/** As {@link scanFile}, the rows as they are in the file's columns, with the columns that the filter asks for beside those wanted. */
export async function* scanRows(request: ScanRequest): AsyncGenerator<SelectedRows> {
  const { file, open, schema, partitionColumns, where, rowsAtATime, signal } = request
  if (file.deletionVector) {
    throw new DeltaError(
      'unsupported',
      `the data file ${file.path} has a deletion vector, which this version cannot apply: read the table with another engine, or rewrite it without deletion vectors (REORG TABLE … APPLY (PURGE))`,
      { feature: 'deletionVectors' },
    )
  }
  const fields = withFilterColumns(selectFields(schema, request.columns), where, schema)
  const needed: StructType = { type: 'struct', fields }
  const constants = partitionValuesOf(file, needed, partitionColumns)
  const parquet = await openParquet(await open(file), signal)
  yield* selectRows(parquet, { schema: needed, where, constants, rowsAtATime, signal })
}
