import { DeltaError, throwIfAborted } from '../errors.ts'
import type { AddFile } from '../log/index.ts'
import { openParquet, type PhysicalBatch, type RandomAccess, type RowRange } from '../parquet/index.ts'
import { matchesRow, type Predicate, predicateColumns } from '../predicate/index.ts'
import {
  type DeltaType,
  type PhysicalTree,
  type PhysicalValue,
  physicalAt,
  type Row,
  type StructField,
  type StructType,
} from '../schema/index.ts'
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

/** So many row objects are made at a time, however many rows a row group has. */
const ROWS_AT_A_TIME = 8192

/**
 * The rows of one data file as the table sees them: partition values come from the log, columns and struct members that
 * the file lacks are null, and the filter is exact. What the file's statistics rule out is not read. Yields a few
 * thousand rows at a time.
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
  const constants = partitionValuesOf(file, { type: 'struct', fields: needed }, partitionColumns)
  const stored: StructType = { type: 'struct', fields: needed.filter(({ name }) => !partitionColumns.includes(name)) }
  const parquet = await openParquet(await open(file), signal)
  const build = rowBuilder(wanted, request)
  for (const rowGroup of parquet.rowGroups.keys()) {
    throwIfAborted(signal)
    const place = { schema: stored, rowGroup, signal }
    const rows = where && (await parquet.rowsThatMayMatch({ ...place, where, constants }))
    if (rows?.length === 0) continue
    const batch = withConstants(await parquet.readColumns({ ...place, rows }), constants)
    for (const slice of slices(batch.length)) yield build(batch, matchingRows(batch, slice, where))
  }
}

/**
 * The fields of the columns asked for.
 * @throws {DeltaError} `invalid-argument` for a column that is not there; `unsupported` for one with values of variant.
 */
export function selectFields(schema: StructType, columns: readonly string[] | undefined): readonly StructField[] {
  const fields = columns === undefined ? schema.fields : columns.map((name) => fieldNamed(schema, name))
  for (const { name, type } of fields) {
    if (!hasVariant(type)) continue
    throw new DeltaError(
      'unsupported',
      `the column ${JSON.stringify(name)} has values of type variant, which cannot be read yet: ask for the other columns by name`,
      { column: name, feature: 'variantType' },
    )
  }
  return fields
}

function hasVariant(type: DeltaType): boolean {
  switch (type.type) {
    case 'struct':
      return type.fields.some((field) => hasVariant(field.type))
    case 'array':
      return hasVariant(type.elementType)
    case 'map':
      return hasVariant(type.keyType) || hasVariant(type.valueType)
    default:
      return type.type === 'variant'
  }
}

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

/** A batch with the columns that have one value in all of the file's rows. */
function withConstants(batch: PhysicalBatch, constants: ReadonlyMap<string, PhysicalValue | null>): PhysicalBatch {
  const columns = new Map(batch.columns)
  for (const [name, value] of constants) columns.set(name, new Array(batch.length).fill(value))
  return { length: batch.length, columns }
}

function* slices(rows: number): Generator<RowRange> {
  for (let start = 0; start < rows; start += ROWS_AT_A_TIME) {
    yield { start, end: Math.min(start + ROWS_AT_A_TIME, rows) }
  }
}

/** The rows for which the filter is true (not false, not unknown), by their index in the batch. */
function matchingRows(batch: PhysicalBatch, { start, end }: RowRange, where: Predicate | undefined): number[] {
  const matches = where && matchesRow(where)
  const rows: number[] = []
  let index = start
  const valueAt = (path: readonly string[]): PhysicalTree | null =>
    physicalAt(batch.columns.get(path[0] ?? '')?.[index] ?? null, path, 1)
  for (; index < end; index++) if (matches === undefined || matches(valueAt) === true) rows.push(index)
  return rows
}
