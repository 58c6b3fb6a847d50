import type { PhysicalValue } from './physical.ts'

/**
 * Statistics of one leaf column in one data file, as the encoder collects them. Bounds are *exact* values of the column
 * in physical form; how they are written into a log or a footer (truncated, floored) is decided there.
 */
export interface ColumnStats {
  /** Path of the leaf: names of struct fields from the top, arrays and maps being leaves. A flat column has one segment. */
  readonly path: readonly string[]
  /** Rows in which the leaf is null: also where a struct above it is. */
  readonly nullCount: number
  /**
   * Absent when every value is null, when the type has no bounds in Delta (boolean, binary, array, map), or when a NaN was seen.
   * A zero bound of float and double is −0 as minimum and +0 as maximum.
   */
  readonly min?: PhysicalValue
  readonly max?: PhysicalValue
}

/** Statistics of one data file. */
export interface FileStats {
  /** Rows in the file. */
  readonly numRecords: number
  /** One entry a leaf column, in schema order. */
  readonly columns: readonly ColumnStats[]
}
