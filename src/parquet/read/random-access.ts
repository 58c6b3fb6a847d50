/** Bytes that can be read from the middle: a stored object, a URL with Range, a buffer. */
export interface RandomAccess {
  /** Bytes in all. */
  readonly size: number
  /** Bytes `start` (inclusive) to `end` (exclusive). */
  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>
  /** For messages; never a presigned URL. */
  readonly name: string
}
