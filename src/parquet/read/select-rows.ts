import { DeltaError, throwIfAborted } from '../../errors.ts'
import { matchesRow, type Predicate, predicateColumns } from '../../predicate/index.ts'
import {
  type PhysicalTree,
  type PhysicalValue,
  physicalAt,
  type StructField,
  type StructType,
} from '../../schema/index.ts'
import type { MatchBy } from './column-finder.ts'
import type { ParquetFile, PhysicalBatch } from './parquet-file.ts'
import { countRows, type RowRange } from './row-selection.ts'

/** Rows of a batch, by their indexes in it. */
export interface SelectedRows {
  readonly batch: PhysicalBatch
  readonly indexes: readonly number[]
}

/** A set of a file's rows, by their numbers from 0 on over all of its row groups. */
export interface RowSet {
  /** Sets `marks[at]` and on to 1 for those of the rows `start` (inclusive) to `end` (exclusive) that are in the set. */
  mark(start: number, end: number, marks: Uint8Array, at: number): void
}

export interface SelectRowsOptions {
  /** The columns wanted, and those of the filter (see {@link withFilterColumns}). */
  readonly schema: StructType
  /** By what the file's columns are found: by name unless said. */
  readonly matchBy?: MatchBy | undefined
  /** Rows that count as not there. */
  readonly without?: RowSet | undefined
  /** Only rows for which this is true. */
  readonly where?: Predicate | undefined
  /** Columns that have one value in all rows, whatever the file holds. */
  readonly constants?: ReadonlyMap<string, PhysicalValue | null> | undefined
  /** How many rows are wanted at most (see {@link limitRows}): where every row counts, no others are decoded. */
  readonly limit?: number | undefined
  /** How many rows are looked at a time, however many a row group has: 8,192 unless said. */
  readonly rowsAtATime?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Enough to make the walk over columns worth it, and few row objects at a time. */
const ROWS_AT_A_TIME = 8192

/**
 * The rows of a file that match a filter, exactly; all without one. What the file's statistics rule out is not read. One
 * row group is in memory at a time.
 * @throws {DeltaError} as the methods of `ParquetFile` do; `aborted`.
 */
export async function* selectRows(file: ParquetFile, options: SelectRowsOptions): AsyncGenerator<SelectedRows> {
  const { schema, matchBy, without, where, constants = new Map(), rowsAtATime = ROWS_AT_A_TIME, signal } = options
  const { limit = Number.POSITIVE_INFINITY } = options
  const stored: StructType = { type: 'struct', fields: schema.fields.filter(({ name }) => !constants.has(name)) }
  let nextRow = 0
  for (const [rowGroup, { rows: count }] of file.rowGroups.entries()) {
    throwIfAborted(signal)
    const firstRow = nextRow
    nextRow += count
    const place = { schema: stored, matchBy, rowGroup, signal }
    const mayMatch = where && (await file.rowsThatMayMatch({ ...place, where, constants }))
    if (mayMatch?.length === 0) continue
    const rows = mayMatch ?? [{ start: 0, end: without ? count : Math.min(count, limit - firstRow) }]
    const absent = without && marksOf(without, firstRow, rows)
    if (absent?.indexOf(0) === -1) continue
    const batch = withConstants(await file.readColumns({ ...place, rows }), constants)
    for (let start = 0; start < batch.length; start += rowsAtATime) {
      const end = Math.min(start + rowsAtATime, batch.length)
      yield { batch, indexes: matchingIndexes(batch, start, end, { where, absent }) }
    }
  }
}

/** Fields wanted, and behind them those that a filter asks for. */
export function withFilterColumns(
  wanted: readonly StructField[],
  where: Predicate | undefined,
  schema: StructType,
): StructField[] {
  const filtered = new Set(where && predicateColumns(where).map((path) => path[0]))
  return [...wanted, ...schema.fields.filter((field) => filtered.has(field.name) && !wanted.includes(field))]
}

/**
 * The first `limit` of selected rows; nothing is read behind them.
 * @throws {DeltaError} `invalid-argument` for a limit that is no whole number from 0.
 */
export async function* limitRows(
  selected: AsyncIterable<SelectedRows>,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<SelectedRows> {
  if (limit !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(limit) && limit >= 0)) {
    throw new DeltaError('invalid-argument', `limit ${limit}: expected a whole number of rows from 0`)
  }
  let left = limit
  if (left === 0) return
  for await (const { batch, indexes } of selected) {
    yield { batch, indexes: indexes.length > left ? indexes.slice(0, left) : indexes }
    left -= indexes.length
    if (left <= 0) return
  }
}

/** A batch with the columns that have one value in all rows. */
function withConstants(batch: PhysicalBatch, constants: ReadonlyMap<string, PhysicalValue | null>): PhysicalBatch {
  const columns = new Map(batch.columns)
  for (const [name, value] of constants) columns.set(name, new Array(batch.length).fill(value))
  return { length: batch.length, columns }
}

/** For each of the rows of a row group that are read, 1 where it is in the set. */
function marksOf(set: RowSet, firstRow: number, rows: readonly RowRange[]): Uint8Array {
  const marks = new Uint8Array(countRows(rows))
  let at = 0
  for (const { start, end } of rows) {
    set.mark(firstRow + start, firstRow + end, marks, at)
    at += end - start
  }
  return marks
}

interface RowTests {
  readonly where: Predicate | undefined
  /** 1 for a row that counts as not there. */
  readonly absent: Uint8Array | undefined
}

/** The rows for which the filter is true (not false, not unknown), those that count as not there aside. */
function matchingIndexes(batch: PhysicalBatch, start: number, end: number, { where, absent }: RowTests): number[] {
  const matches = where && matchesRow(where)
  const indexes: number[] = []
  let index = start
  const valueAt = (path: readonly string[]): PhysicalTree | null =>
    physicalAt(batch.columns.get(path[0] ?? '')?.[index] ?? null, path, 1)
  for (; index < end; index++) {
    if (absent?.[index] !== 1 && (matches === undefined || matches(valueAt) === true)) indexes.push(index)
  }
  return indexes
}
