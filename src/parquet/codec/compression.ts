import type { Compressor } from './codec.ts'

/** Compresses the pages of files: here and now, or in a worker. */
export interface Compression {
  /**
   * Compresses a page, which may be changed as soon as this returns. `take` gets the result, which owns its bytes: before
   * this returns, or later and in the order of the calls.
   */
  compress(page: Uint8Array, take: (stored: Uint8Array) => void): void
  /** Resolves when so few pages are under way that more may come. @throws {DeltaError} when a page could not be compressed. */
  ready(): Promise<void>
  /** Resolves when every page has been taken. @throws {DeltaError} as `ready`. */
  idle(): Promise<void>
}

/** Compresses at once, or not at all. */
export function inlineCompression(compressor: Compressor | undefined): Compression {
  return {
    compress: (page, take) => take(compressor === undefined ? page.slice() : compressor(page)),
    ready: async () => {},
    idle: async () => {},
  }
}

/** Leaves pages as they are. */
export const noCompression = inlineCompression(undefined)
