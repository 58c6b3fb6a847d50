import { DeltaError, throwIfAborted } from '../errors.ts'
import type { AddFile } from '../log/index.ts'
import { openParquet, type ParquetFile, type PhysicalBatch, type RandomAccess } from '../parquet/index.ts'
import { matchesRow, type Predicate, predicateColumns } from '../predicate/index.ts'
import { type PhysicalValue, type Row, type StructField, type StructType, typeName } from '../schema/index.ts'
import { partitionValuesOf } from './prune.ts'
import { type RowFormat, rowBuilder } from './rows.ts'

export interface ScanOptions extends RowFormat {
  /** Columns wanted, in this order; all by default. */
  readonly columns?: readonly string[] | undefined
  /** Only rows for which this is true. */
  readonly where?: Predicate | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ScanRequest extends ScanOptions {
  readonly file: AddFile
  readonly open: (file: AddFile) => RandomAccess | Promise<RandomAccess>
  readonly schema: StructType
  readonly partitionColumns: readonly string[]
}

/**
 * The rows of one data file as the table sees them: partition values come from the log, columns that the file lacks are
 * null, and the filter is exact. Yields one batch of rows a row group.
 * @throws {DeltaError} `unsupported` for a file with a deletion vector; `invalid-data` when the file breaks its format.
 */
export async function* scanFile(request: ScanRequest): AsyncGenerator<Row[]> {
  const { file, open, schema, partitionColumns, where, signal } = request
  if (file.deletionVector) {
    throw new DeltaError(
      'unsupported',
      `the data file ${file.path} has a deletion vector, which this version cannot apply: read the table with another engine, or rewrite it without deletion vectors (REORG TABLE … APPLY (PURGE))`,
      { feature: 'deletionVectors' },
    )
  }
  const wanted = selectFields(schema, request.columns)
  const needed = withFilterColumns(wanted, where, schema)
  const stored = needed.filter((field) => !partitionColumns.includes(field.name))
  const constants = partitionValuesOf(file, { type: 'struct', fields: needed }, partitionColumns)
  const access = await open(file)
  const parquet = await openParquet(access, signal)
  const build = rowBuilder(wanted, request)
  for (let rowGroup = 0; rowGroup < parquet.rowGroups.length; rowGroup++) {
    throwIfAborted(signal)
    const batch = await readBatch(parquet, stored, constants, rowGroup, signal)
    yield build(batch, where === undefined ? undefined : matchingRows(batch, where))
  }
}

/**
 * The fields of the columns asked for.
 * @throws {DeltaError} `invalid-argument` for a column that is not there; `unsupported` for a nested one.
 */
export function selectFields(schema: StructType, columns: readonly string[] | undefined): readonly StructField[] {
  const fields = columns === undefined ? schema.fields : columns.map((name) => fieldNamed(schema, name))
  for (const { name, type } of fields) {
    if (!NESTED.has(type.type)) continue
    throw new DeltaError(
      'unsupported',
      `the column ${JSON.stringify(name)} is nested (${typeName(type)}), which cannot be read yet: ask for the other columns by name`,
      { column: name },
    )
  }
  return fields
}

const NESTED: ReadonlySet<string> = new Set(['array', 'map', 'struct', 'variant'])

function fieldNamed(schema: StructType, name: string): StructField {
  const field = schema.fields.find((candidate) => candidate.name === name)
  if (field) return field
  throw new DeltaError(
    'invalid-argument',
    `there is no column ${JSON.stringify(name)}: the table has ${schema.fields.map((each) => each.name).join(', ')}`,
    { column: name },
  )
}

function withFilterColumns(wanted: readonly StructField[], where: Predicate | undefined, schema: StructType) {
  if (where === undefined) return wanted
  const filtered = new Set(predicateColumns(where).map((path) => path[0]))
  return [...wanted, ...schema.fields.filter((field) => filtered.has(field.name) && !wanted.includes(field))]
}

async function readBatch(
  parquet: ParquetFile,
  fields: readonly StructField[],
  constants: ReadonlyMap<string, PhysicalValue | null>,
  rowGroup: number,
  signal: AbortSignal | undefined,
): Promise<PhysicalBatch> {
  const stored = await parquet.readColumns({ schema: { type: 'struct', fields }, rowGroup, signal })
  const columns = new Map(stored.columns)
  for (const [name, value] of constants) columns.set(name, new Array(stored.length).fill(value))
  return { length: stored.length, columns }
}

/** Indexes of the rows for which the filter is true (not false, not unknown). */
function matchingRows(batch: PhysicalBatch, where: Predicate): number[] {
  const matches = matchesRow(where)
  const rows: number[] = []
  let index = 0
  const valueAt = (path: readonly string[]): PhysicalValue | null => batch.columns.get(path[0] ?? '')?.[index] ?? null
  for (; index < batch.length; index++) if (matches(valueAt) === true) rows.push(index)
  return rows
}
