import type { RecordBatch, Table } from 'apache-arrow'
import { parseFilter } from '../../predicate/index.ts'
import {
  type ColumnBatch,
  parseSchemaInput,
  type Row,
  type RowValueOptions,
  type SchemaInput,
  type StructField,
  type StructType,
  selectFields,
} from '../../schema/index.ts'
import { openParquet, type ParquetFile } from './parquet-file.ts'
import { arrowTable, RECORD_BATCH_ROWS, recordBatches } from './record-batches.ts'
import { columnBuilder, rowBuilder } from './row-builder.ts'
import { limitRows, type SelectedRows, selectRows, withFilterColumns } from './select-rows.ts'
import type { ParquetSource } from './source.ts'

export interface ReadParquetOptions extends RowValueOptions {
  /** Columns wanted, in this order; all unless said. The others are not read. */
  readonly columns?: readonly string[] | undefined
  /**
   * `{ price: { gte: 10 }, country: { in: ['DE', 'FR'] } }`: all must hold. Row groups and pages whose statistics rule
   * every row out are not read.
   */
  readonly where?: object | undefined
  /** At most this many rows. */
  readonly limit?: number | undefined
  /**
   * The types in which columns are wanted, where these are not the file's own: stored types that they include are widened,
   * and columns that the file lacks are null.
   */
  readonly schema?: SchemaInput | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * The rows of a Parquet file, as objects in the form of `Row`. One row group is in memory at a time.
 *
 * @example
 * for await (const row of readParquet(bytes, { columns: ['id'], where: { price: { lt: 10 } } })) console.log(row)
 * @throws {DeltaError} `invalid-argument` for a column or filter that does not fit the file; `invalid-data` for a file that
 * is damaged or no Parquet; `unsupported` naming a type or encoding that cannot be read.
 */
export async function* readParquet(source: ParquetSource, options: ReadParquetOptions = {}): AsyncGenerator<Row> {
  const { wanted, selected } = await select(source, options)
  const build = rowBuilder(wanted.fields, options)
  for await (const rows of selected) yield* build(rows)
}

/** The same as columns, a few thousand rows at a time: a `Map` of column names to arrays of values. */
export async function* readParquetColumns(
  source: ParquetSource,
  options: ReadParquetOptions = {},
): AsyncGenerator<ColumnBatch> {
  const { wanted, selected } = await select(source, options)
  const build = columnBuilder(wanted.fields, options)
  for await (const rows of selected) if (rows.indexes.length > 0) yield build(rows)
}

/** The same as record batches of `apache-arrow`, which is loaded for it. Its own types stand for `timestamps`. */
export async function* readParquetArrow(
  source: ParquetSource,
  options: ReadParquetOptions = {},
): AsyncGenerator<RecordBatch> {
  const { wanted, selected } = await select(source, options, RECORD_BATCH_ROWS)
  yield* recordBatches(selected, wanted)
}

/** All of it as one table of `apache-arrow`. */
export async function parquetToArrow(source: ParquetSource, options: ReadParquetOptions = {}): Promise<Table> {
  const { wanted, selected } = await select(source, options, RECORD_BATCH_ROWS)
  return arrowTable(selected, wanted)
}

interface Selection {
  readonly wanted: StructType
  readonly selected: AsyncIterable<SelectedRows>
}

async function select(source: ParquetSource, options: ReadParquetOptions, rowsAtATime?: number): Promise<Selection> {
  const { columns, limit, signal } = options
  const file = await openParquet(source, signal)
  const schema = options.schema === undefined ? schemaWith(file, columns) : parseSchemaInput(options.schema)
  const where = options.where === undefined ? undefined : parseFilter(options.where, schema)
  const wanted = selectFields(schema, columns)
  const needed = struct(withFilterColumns(wanted, where, schema))
  const selected = limitRows(selectRows(file, { schema: needed, where, limit, rowsAtATime, signal }), limit)
  return { wanted: struct(wanted), selected }
}

/** Columns that cannot be read stand in the way of those only who want them. */
function schemaWith(file: ParquetFile, columns: readonly string[] | undefined): StructType {
  if (columns === undefined) return file.schema
  const { readableSchema } = file
  const names = new Set(readableSchema.fields.map(({ name }) => name))
  return [...columns].every((name) => names.has(name)) ? readableSchema : file.schema
}

function struct(fields: readonly StructField[]): StructType {
  return { type: 'struct', fields }
}
