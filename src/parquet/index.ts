export { bufferAccess } from './buffer-access.ts'
export type { Codec } from './codecs.ts'
export { type ParquetEncoder, type ParquetEncoderOptions, parquetEncoder } from './encoder.ts'
export {
  openParquet,
  type ParquetFile,
  type PhysicalBatch,
  type ReadColumnsOptions,
  type RowGroupInfo,
} from './parquet-file.ts'
export type { RandomAccess } from './random-access.ts'
