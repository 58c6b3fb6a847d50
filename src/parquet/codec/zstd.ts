import { Decompress } from 'fzstd'

/** What a decoder has to offer at most, by default of the reference implementation (`ZSTD_WINDOWLOG_LIMIT_DEFAULT`). */
const MAX_WINDOW_BYTES = 2 ** 27

/**
 * Decompresses Zstandard (RFC 8878) without the platform's help. Goes block by block and stops at the block that makes
 * more than `size` bytes.
 * @throws {RangeError} when there are more or fewer; fzstd's errors when the bytes are damaged.
 */
export function decompressZstd(stored: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  if (windowBytes(stored) > MAX_WINDOW_BYTES) throw new RangeError('a page asks for a window beyond 128 MiB')
  const page = new Uint8Array(size)
  let length = 0
  const decoder = new Decompress((block) => {
    if (block.length > size - length) throw new RangeError(`a page of ${size} bytes was decompressed to more`)
    page.set(block, length)
    length += block.length
  })
  decoder.push(stored, true)
  if (length < size) throw new RangeError(`a page of ${size} bytes was decompressed to ${length}`)
  return page
}

/** The window that a frame asks for; fzstd would allocate it (RFC 8878 §3.1.1.1). */
function windowBytes(frame: Uint8Array): number {
  const descriptor = frame[4] ?? 0
  const singleSegment = (descriptor & 0x20) !== 0
  if (!singleSegment) return 2 ** (10 + ((frame[5] ?? 0) >> 3)) * (1 + ((frame[5] ?? 0) & 7) / 8)
  // Such a frame has no window of its own: it is as large as the content.
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0
  const sizeBytes = 1 << (descriptor >> 6)
  let size = sizeBytes === 2 ? 256 : 0
  for (let i = 0; i < sizeBytes; i++) size += (frame[5 + dictionaryBytes + i] ?? 0) * 2 ** (8 * i)
  return size
}
