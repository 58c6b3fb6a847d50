import type { Compressors } from 'hyparquet-compressors'
import { compressors } from 'hyparquet-compressors'
import { type Codec, type Compressor, cannotCompress, levelOf } from './codec/codec.ts'
import { decompressLz4, lz4Compressor } from './codec/lz4.ts'
import { grownSnappyCompressor } from './codec/snappy.ts'
import { decompressZstd } from './codec/zstd.ts'

/** The twin of `codecs.ts` for browsers, which compress with fewer codecs (and gzip only asynchronously). */
export function canCompress(codec: Codec): boolean {
  return codec === 'none' || codec === 'snappy' || codec === 'lz4_raw'
}

export function checkCodec(codec: Codec, asked?: number): number {
  const level = levelOf(codec, asked)
  if (!canCompress(codec)) throw cannotCompress(codec, 'browsers have no function for it')
  return level
}

export function compressorOf(codec: Codec, asked?: number): Compressor | undefined {
  checkCodec(codec, asked)
  switch (codec) {
    case 'snappy':
      return grownSnappyCompressor()
    case 'lz4_raw':
      return lz4Compressor()
    default:
      return undefined
  }
}

export const decompressors: Compressors = { ...compressors, LZ4_RAW: decompressLz4, ZSTD: decompressZstd }

const encoder = new TextEncoder()

export function utf8Writer(target: Uint8Array<ArrayBuffer>): (text: string, at: number) => number {
  return (text, at) => encoder.encodeInto(text, target.subarray(at)).written
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export function utf8Reader(source: Uint8Array<ArrayBuffer>): (start: number, end: number) => string {
  return (start, end) => decoder.decode(source.subarray(start, end))
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true })

/** Whether all of the bytes are UTF-8. */
export function isUtf8(bytes: Uint8Array<ArrayBuffer>): boolean {
  try {
    strictDecoder.decode(bytes)
    return true
  } catch {
    return false
  }
}
