import type { ArrowSchema } from './arrow.ts'
import type { ColumnBatch } from './column-batch.ts'
import type { Row } from './row.ts'
import { Utf8Column } from './utf8-column.ts'

/** Rows as they go into an encoder: some at a time, in either of two shapes. */
export type RowsBatch =
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | {
      readonly kind: 'columns'
      readonly batch: ColumnBatch
      /** What Arrow says of columns that come from it: their values alone would not tell a timestamp from a number. */
      readonly arrow?: ArrowSchema | undefined
    }

/** Rows that are encoded at a time: enough to make the walk over columns worth it, little to hold. */
export const BATCH_ROWS = 4096

export function lengthOf(batch: RowsBatch): number {
  return batch.kind === 'rows' ? batch.rows.length : batch.batch.length
}

/** The rows of a batch as objects. */
export function* rowsOf(batch: RowsBatch): Generator<Row> {
  if (batch.kind === 'rows') yield* batch.rows
  else {
    for (let index = 0; index < batch.batch.length; index++) {
      yield Object.fromEntries([...batch.batch.columns].map(([name, values]) => [name, values[index]]))
    }
  }
}

/** A batch in pieces of at most {@link BATCH_ROWS}, in order. */
export function* piecesOf(batch: RowsBatch): Generator<RowsBatch> {
  const length = lengthOf(batch)
  if (length <= BATCH_ROWS) yield batch
  else for (let start = 0; start < length; start += BATCH_ROWS) yield slice(batch, start, start + BATCH_ROWS)
}

function slice(batch: RowsBatch, start: number, end: number): RowsBatch {
  if (batch.kind === 'rows') return { kind: 'rows', rows: batch.rows.slice(start, end) }
  const length = Math.min(end, batch.batch.length) - start
  return mapColumns(batch.batch, length, (values) => part(values, start, end))
}

/** Part of a column; what lies in one buffer stays there. */
function part(values: ArrayLike<unknown>, start: number, end: number): ArrayLike<unknown> {
  const isInBuffer = isTypedArray(values) || values instanceof Utf8Column
  return isInBuffer ? values.subarray(start, end) : Array.prototype.slice.call(values, start, end)
}

type TypedArray = Int32Array | Float64Array | BigInt64Array

function isTypedArray(values: ArrayLike<unknown>): values is TypedArray {
  return ArrayBuffer.isView(values) && !(values instanceof DataView)
}

/** The rows at some indexes of a batch, in that order. */
export function pick(batch: RowsBatch, indexes: readonly number[]): RowsBatch {
  if (batch.kind === 'rows') return { kind: 'rows', rows: indexes.map((index) => batch.rows[index] as Row) }
  return mapColumns(batch.batch, indexes.length, (values) => indexes.map((index) => values[index]))
}

function mapColumns(
  { columns }: ColumnBatch,
  length: number,
  map: (values: ArrayLike<unknown>) => ArrayLike<unknown>,
): RowsBatch {
  const mapped = Array.from(columns, ([name, values]) => [name, map(values)] as const)
  return { kind: 'columns', batch: { length, columns: new Map(mapped) } }
}
