import type { ColumnBatch, FileStats, Row } from '../../schema/index.ts'
import type { Codec } from '../codec/codec.ts'
import type { CompressionWorker } from '../compression-worker.ts'
import type { ValueEncoding } from './value-encoding.ts'

export interface ParquetEncoderOptions {
  /**
   * Compression of pages; `snappy` unless said, which works everywhere. `zstd` is faster and a third smaller, but needs
   * Node 22.15 or later.
   */
  readonly codec?: Codec
  /** How hard the codec tries, in its own numbers: gzip 1 to 9, zstd 1 to 22, brotli 0 to 11. Each is 1 unless said. */
  readonly level?: number | undefined
  /**
   * A thread that compresses pages, with its own codec and level: `compressionWorker(…)`. While it has pages, await
   * `settled` after each write, and after `finish`.
   */
  readonly worker?: CompressionWorker | undefined
  /**
   * A row group ends when its pages reach so many bytes before compression, or 1,048,576 rows; 64 MiB unless said. That
   * is what the encoder holds in memory at most (less after compression), what a reader decodes at a time, and still
   * gives each column of a wide table a chunk worth one request.
   */
  readonly rowGroupBytes?: number
  /** A page ends when its values reach so many bytes; 1 MiB unless said. */
  readonly pageBytes?: number
  /**
   * Whether each page gets a CRC-32 of its stored bytes, with which readers that look at it tell damage from data; no
   * unless said. It costs a few bytes a page and hardly any time.
   */
  readonly checksums?: boolean
  /** Who wrote the file, in the form that parquet-java asks for before it trusts statistics. */
  readonly createdBy?: string
  /**
   * Columns that get a Bloom filter, with which readers skip row groups that lack a value asked for; about 10 bits a
   * distinct value. A nested column is named by its path: `a.b`, `tags.element`, `attributes.key`.
   */
  readonly bloomFilter?: readonly string[]
  /** The order in which rows come, within each row group at least: said to readers, not checked. */
  readonly sortingColumns?: readonly SortingColumn[]
  /**
   * Encodings of columns that are known to gain by one, named as for `bloomFilter`. The others get a dictionary where that
   * pays, else PLAIN, which every reader takes.
   */
  readonly encodings?: Readonly<Record<string, ValueEncoding>>
  /** Columns that rows may have although the file does not store them: partition columns. */
  readonly ignoredColumns?: readonly string[]
}

/** A column by which rows are sorted; the first counts most. */
export interface SortingColumn {
  readonly column: string
  /** From the greatest to the least; no unless said. */
  readonly descending?: boolean
  /** Rows without a value come first; no unless said. */
  readonly nullsFirst?: boolean
}

/** The number that a row has in messages, by its index in the rows or columns given. */
export type RowNumber = (index: number) => number

/**
 * Turns rows or columns into one Parquet file, synchronously: bytes can be taken away while it grows, so memory is bounded
 * by one row group. After a refusal the encoder is of no use any more, and what was taken from it is no file.
 */
export interface ParquetEncoder {
  /**
   * Rows in the form of `Row`: an absent column is null, a column that the schema lacks is refused. Without `rowNumber`
   * rows are counted from 1 over the file.
   * @throws {DeltaError} `invalid-argument` naming row, column, what was expected and what was found.
   */
  writeRows(rows: readonly Row[], rowNumber?: RowNumber): void
  /** The same for columns; a column that is not in the batch is null. @throws {DeltaError} as `writeRows`. */
  writeColumns(batch: ColumnBatch, rowNumber?: RowNumber): void
  /** Rows taken so far. */
  readonly rows: number
  /** Bytes of the file so far: those finished, and an estimate for the open row group. */
  readonly bytes: number
  /**
   * Waits for the worker, where there is one: while writing until it has caught up, after `finish` until it is done. What
   * it still has is missing from the bytes.
   * @throws {DeltaError} `internal` when the worker broke down.
   */
  settled(): Promise<void>
  /** The bytes finished since the last call, in order. */
  takeBytes(): Uint8Array[]
  /** Ends the file: take the bytes once more, then they are complete. @returns exact statistics. */
  finish(): FileStats
}
