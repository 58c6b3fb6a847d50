export { bufferAccess } from './buffer-access.ts'
export type { Codec } from './codecs.ts'
export { type ParquetEncoder, type ParquetEncoderOptions, parquetEncoder } from './encoder.ts'
export type { RandomAccess } from './random-access.ts'
