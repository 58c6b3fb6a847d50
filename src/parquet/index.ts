export { canCompress, checkCodec } from '#codecs'
export { bufferAccess } from './buffer-access.ts'
export type { Codec } from './codec.ts'
export { parquetEncoder } from './encoder.ts'
export type { ParquetEncoder, ParquetEncoderOptions, RowNumber } from './parquet-encoder.ts'
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
