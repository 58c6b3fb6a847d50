export { canCompress, checkCodec } from '#codecs'
export { bufferAccess } from './buffer-access.ts'
export type { Codec } from './codec.ts'
export { parquetEncoder } from './encoder.ts'
export type { ParquetEncoder, ParquetEncoderOptions, RowNumber } from './parquet-encoder.ts'
export {
  openParquet,
  type ParquetFile,
  type PhysicalBatch,
  type ReadColumnsOptions,
  type RowGroupInfo,
} from './parquet-file.ts'
export type { RandomAccess } from './random-access.ts'
