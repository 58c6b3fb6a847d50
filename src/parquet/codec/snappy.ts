import { snappyCompressor } from 'hysnappy'
import type { Compressor } from './codec.ts'

/**
 * Snappy, in WebAssembly, whose memory has grown once already. In V8 the first buffer of a process that is detached, as
 * growing does to the one before, takes with it all compiled code that knows of typed arrays, which is all that encodes:
 * measured, a short file took a fifth longer when that happened at its first page.
 */
export function grownSnappyCompressor(): Compressor {
  const compress = snappyCompressor()
  compress(new Uint8Array(GROWING_BYTES))
  return compress
}

/** More than the memory has room for at first. */
const GROWING_BYTES = 2 ** 17
