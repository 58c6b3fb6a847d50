import type { PhysicalValue } from '../../../schema/index.ts'
import type { ByteSink } from '../../encoding/byte-sink.ts'

/** Rows that are taken from all columns before the next ones: their strings are still in the processor's cache. */
export const BATCH_ROWS = 512

/** The bounds of a column in a file, exact, in physical form; absent where the column has none. */
export interface Bounds {
  readonly min?: PhysicalValue
  readonly max?: PhysicalValue
}

/** One bound in a footer: the value in the encoding PLAIN without length, perhaps shortened. */
export interface FooterBound {
  readonly bytes: Uint8Array
  readonly exact: boolean
}

/** The bounds of a column chunk or of a page as the footer states them. */
export interface FooterBounds {
  readonly min?: FooterBound
  readonly max?: FooterBound
}

/**
 * The values of one column on their way from rows to pages: a batch is gathered (checked, cast, nulls told apart), then
 * encoded. There is one implementation a family of physical types.
 */
export interface ValueWriter {
  /**
   * Takes `values[start, end)`, at most {@link BATCH_ROWS}, as the new batch. `present[i]` becomes 1 where there is a
   * value and 0 where there is none.
   *
   * @returns how many values there are.
   * @throws {CastError} when a value does not fit the column.
   */
  gather(values: ArrayLike<unknown>, start: number, end: number, present: Uint8Array): number

  /**
   * Appends values of the batch, from number `from` to before `to`, in the encoding PLAIN, and lets the bounds of the
   * open page see them.
   * Stops early once the sink holds `limit` bytes or more.
   *
   * @returns the number of the first value that was not appended.
   */
  appendPlain(from: number, to: number, sink: ByteSink, limit: number): number

  /** A new dictionary over the values of this writer; undefined for types that are not worth one. */
  dictionary(): Dictionary | undefined

  /** Ends a page. @returns the bounds of the values appended since the last one ended. */
  endPage(): FooterBounds

  /** Ends a column chunk, all pages of which have ended. @returns its bounds. */
  endChunk(): FooterBounds

  /** The bounds of all finished chunks. */
  fileBounds(): Bounds

  /** The order of two values as bounds state them. @returns a negative number, 0 or a positive one. */
  compareBounds(a: Uint8Array, b: Uint8Array): number
}

/** The part of a {@link ValueWriter} with which a dictionary is made. */
export interface DictionaryWriter extends Pick<ValueWriter, 'appendPlain'> {
  /** Lets the bounds of the open page see the value that stands in PLAIN between `start` and `end`. */
  includePlain(plain: ByteSink, start: number, end: number): void
}

/** The distinct values of a column chunk. */
export interface Dictionary {
  readonly size: number
  /** The distinct values in the encoding PLAIN, in the order of their numbers. */
  readonly plain: ByteSink
  /** Where value `number` begins in `plain`; the end of `plain` for `size`. */
  offset(number: number): number
  /** Writes the numbers of the first `count` values of the writer's current batch to `numbers`, from `at` on. */
  number(count: number, numbers: Int32Array, at: number): void
  /** Lets the bounds of the open page see value `number`. A value that is new to the dictionary they see anyway. */
  include(number: number): void
}
