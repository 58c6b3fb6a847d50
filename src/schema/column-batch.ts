/** Rows as columns: every column has `length` entries, null or undefined where there is no value. */
export interface ColumnBatch {
  readonly length: number
  readonly columns: ReadonlyMap<string, ArrayLike<unknown>>
}
