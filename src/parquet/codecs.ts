import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { Compressors } from 'hyparquet-compressors'
import { compressors } from 'hyparquet-compressors'
import { snappyCompressor } from 'hysnappy'

/** What Parquet pages can be compressed with when writing. */
export type Codec = 'none' | 'snappy'

/** A function that compresses one page, or undefined where pages stay as they are. Its result owns its bytes. */
export function compressorOf(codec: Codec): ((page: Uint8Array) => Uint8Array) | undefined {
  return codec === 'snappy' ? snappyCompressor() : undefined
}

/** Decompressors by the codec's name in Parquet's metadata; native where Node has them. */
export const decompressors: Compressors = {
  ...compressors,
  GZIP: (page, length) => gunzipSync(page, { maxOutputLength: Math.max(length, 1) }),
  BROTLI: (page, length) => brotliDecompressSync(page, { maxOutputLength: Math.max(length, 1) }),
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
