import { throwIfAborted } from '../../errors.ts'
import type { RandomAccess } from './random-access.ts'

/** Bytes in memory as a file; reads are copies. */
export function bufferAccess(bytes: Uint8Array, name: string): RandomAccess {
  return {
    size: bytes.length,
    name,
    async read(start, end, signal) {
      throwIfAborted(signal)
      return Uint8Array.from(bytes.subarray(start, end))
    },
  }
}
