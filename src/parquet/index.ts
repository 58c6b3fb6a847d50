export { canCompress, checkCodec } from '#codecs'
export { type CompressionWorker, type CompressionWorkerOptions, compressionWorker } from '#compression-worker'
export { DeltaError, type DeltaErrorOptions, isDeltaError } from '../errors.ts'
export type { Predicate } from '../predicate/index.ts'
export type {
  ColumnBatch,
  DeltaType,
  FileStats,
  PhysicalTree,
  Row,
  RowsInput,
  RowValueOptions,
  SchemaInput,
  StructField,
  StructType,
} from '../schema/index.ts'
export type { Codec } from './codec/codec.ts'
export { bufferAccess } from './read/buffer-access.ts'
export type { MatchBy } from './read/column-finder.ts'
export {
  type FilterRowsOptions,
  openParquet,
  type ParquetFile,
  type PhysicalBatch,
  type ReadColumnsOptions,
  type ReadLeavesOptions,
  type RowGroupInfo,
} from './read/parquet-file.ts'
export type { RandomAccess } from './read/random-access.ts'
export {
  parquetToArrow,
  type ReadParquetOptions,
  readParquet,
  readParquetArrow,
  readParquetColumns,
} from './read/read.ts'
export { arrowTable, RECORD_BATCH_ROWS, recordBatches } from './read/record-batches.ts'
export { columnBuilder, rowBuilder } from './read/row-builder.ts'
export type { RowRange } from './read/row-selection.ts'
export {
  limitRows,
  type RowSet,
  type SelectedRows,
  type SelectRowsOptions,
  selectRows,
  withFilterColumns,
} from './read/select-rows.ts'
export type { ParquetSource } from './read/source.ts'
export { openStoredParquet, type StoredBytes, type StoredParquet } from './read/stored-bytes.ts'
export { parquetEncoder } from './write/encoder.ts'
export type { ParquetEncoder, ParquetEncoderOptions, RowNumber, SortingColumn } from './write/parquet-encoder.ts'
export { type EncodeParquetOptions, encodeParquet, parquetStream } from './write/stream.ts'
export type { ValueEncoding } from './write/value-encoding.ts'
