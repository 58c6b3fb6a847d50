export { isUtf8 } from 'node:buffer'

import * as zlib from 'node:zlib'
import type { Compressors } from 'hyparquet-compressors'
import { compressors } from 'hyparquet-compressors'
import { type Codec, type Compressor, cannotCompress, levelOf } from './codec/codec.ts'
import { decompressLz4, lz4Compressor } from './codec/lz4.ts'
import { grownSnappyCompressor } from './codec/snappy.ts'
import { decompressZstd } from './codec/zstd.ts'

/** What Node has from 22.15 on. */
interface NodeZstd {
  readonly zstdCompressSync?: (page: Uint8Array, options: zlib.BrotliOptions) => Uint8Array
  readonly zstdDecompressSync?: (page: Uint8Array, options: zlib.BrotliOptions) => Uint8Array
}
const { zstdCompressSync, zstdDecompressSync }: NodeZstd & typeof zlib = zlib

/** `ZSTD_c_compressionLevel` of zstd.h: the types of Node 20 do not name it. */
const ZSTD_LEVEL = 100

/** Whether this platform can compress with a codec. */
export function canCompress(codec: Codec): boolean {
  return codec !== 'zstd' || zstdCompressSync !== undefined
}

/**
 * Checks a codec and the level asked for. @returns the level to compress with.
 * @throws {DeltaError} `unsupported` for a codec that this platform lacks, `invalid-argument` for a codec or level that is
 * none.
 */
export function checkCodec(codec: Codec, asked?: number): number {
  const level = levelOf(codec, asked)
  if (!canCompress(codec)) throw cannotCompress(codec, 'Node has Zstandard from 22.15 on')
  return level
}

/**
 * A function that compresses pages, or undefined where they stay as they are.
 * @throws {DeltaError} as {@link checkCodec}.
 */
export function compressorOf(codec: Codec, asked?: number): Compressor | undefined {
  const level = checkCodec(codec, asked)
  switch (codec) {
    case 'none':
      return undefined
    case 'snappy':
      return grownSnappyCompressor()
    case 'lz4_raw':
      return lz4Compressor()
    case 'gzip':
      return owning((page) => zlib.gzipSync(page, { level }))
    case 'brotli':
      return owning((page) =>
        zlib.brotliCompressSync(page, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: level } }),
      )
    case 'zstd':
      return zstdCompressSync && owning((page) => zstdCompressSync(page, { params: { [ZSTD_LEVEL]: level } }))
  }
}

/** Results of node:zlib keep a buffer of 16 KB alive, however short they are; a copy costs little beside compression. */
function owning(compress: Compressor): Compressor {
  return (page) => new Uint8Array(compress(page))
}

/** Decompressors by the codec's name in Parquet's metadata; native where Node has them. */
export const decompressors: Compressors = {
  ...compressors,
  GZIP: (page, size) => zlib.gunzipSync(page, { maxOutputLength: Math.max(size, 1) }),
  BROTLI: (page, size) => zlib.brotliDecompressSync(page, { maxOutputLength: Math.max(size, 1) }),
  LZ4_RAW: decompressLz4,
  ZSTD: (page, size) =>
    zstdDecompressSync?.(page, { maxOutputLength: Math.max(size, 1) }) ?? decompressZstd(page, size),
}

/**
 * A function that writes a text as UTF-8 at a place in `target`, which must have room for three bytes a UTF-16 unit,
 * and returns the bytes written. A lone surrogate becomes U+FFFD.
 */
export function utf8Writer(target: Uint8Array<ArrayBuffer>): (text: string, at: number) => number {
  // biome-ignore lint/style/noRestrictedGlobals: in this file only, which has a twin for browsers.
  const buffer = Buffer.from(target.buffer, target.byteOffset, target.byteLength)
  return (text, at) => buffer.write(text, at)
}

/** A function that reads the UTF-8 text at a place in `source`; what is no UTF-8 becomes U+FFFD. */
export function utf8Reader(source: Uint8Array<ArrayBuffer>): (start: number, end: number) => string {
  // biome-ignore lint/style/noRestrictedGlobals: in this file only, which has a twin for browsers.
  const buffer = Buffer.from(source.buffer, source.byteOffset, source.byteLength)
  return (start, end) => buffer.toString('utf8', start, end)
}
