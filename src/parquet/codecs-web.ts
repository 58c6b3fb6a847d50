import type { Compressors } from 'hyparquet-compressors'
import { compressors } from 'hyparquet-compressors'
import { snappyCompressor } from 'hysnappy'
import type { Codec } from './codecs.ts'

export type { Codec } from './codecs.ts'

/** The twin of `codecs.ts` for browsers; same promises. */
export function compressorOf(codec: Codec): ((page: Uint8Array) => Uint8Array) | undefined {
  return codec === 'snappy' ? snappyCompressor() : undefined
}

export const decompressors: Compressors = compressors

const encoder = new TextEncoder()

export function utf8Writer(target: Uint8Array<ArrayBuffer>): (text: string, at: number) => number {
  return (text, at) => encoder.encodeInto(text, target.subarray(at)).written
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export function utf8Reader(source: Uint8Array<ArrayBuffer>): (start: number, end: number) => string {
  return (start, end) => decoder.decode(source.subarray(start, end))
}
