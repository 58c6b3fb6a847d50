export { canCompress, checkCodec } from '#codecs'
export { type CompressionWorker, type CompressionWorkerOptions, compressionWorker } from '#compression-worker'
export { DeltaError, isDeltaError } from '../errors.ts'
export type { ColumnBatch, DeltaType, Row, RowsInput, SchemaInput, StructField, StructType } from '../schema/index.ts'
export { bufferAccess } from './buffer-access.ts'
export type { Codec } from './codec.ts'
export type { MatchBy } from './column-finder.ts'
export { parquetEncoder } from './encoder.ts'
export type { ParquetEncoder, ParquetEncoderOptions, RowNumber, SortingColumn } from './parquet-encoder.ts'
export {
  type FilterRowsOptions,
  openParquet,
  type ParquetFile,
  type PhysicalBatch,
  type ReadColumnsOptions,
  type ReadLeavesOptions,
  type RowGroupInfo,
} from './parquet-file.ts'
export type { RandomAccess } from './random-access.ts'
export { parquetToArrow, type ReadParquetOptions, readParquet, readParquetArrow, readParquetColumns } from './read.ts'
export { arrowTable, RECORD_BATCH_ROWS, recordBatches } from './record-batches.ts'
export { rowBuilder } from './row-builder.ts'
export type { RowRange } from './row-selection.ts'
export { limitRows, type SelectedRows, selectRows, withFilterColumns } from './select-rows.ts'
export type { ParquetSource } from './source.ts'
export { type EncodeParquetOptions, encodeParquet, parquetStream } from './stream.ts'
export type { ValueEncoding } from './value-encoding.ts'
