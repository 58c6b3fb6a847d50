export { canCompress, checkCodec } from '#codecs'
export { type CompressionWorker, type CompressionWorkerOptions, compressionWorker } from '#compression-worker'
export { bufferAccess } from './buffer-access.ts'
export type { Codec } from './codec.ts'
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
export type { MatchBy } from './read-plan.ts'
export type { RowRange } from './row-selection.ts'
export type { ValueEncoding } from './value-encoding.ts'
