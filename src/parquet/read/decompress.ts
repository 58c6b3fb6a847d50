import type { ColumnMetaData } from 'hyparquet'
import { decompressors } from '#codecs'
import { DeltaError } from '../../errors.ts'

/** No writer makes pages near this size; a claim beyond is damage, and not worth the attempt. */
const MAX_PAGE_BYTES = 2 ** 30

/**
 * How many bytes one stored byte can stand for at most, by the formats: a snappy copy of 3 bytes makes 64, deflate's best
 * is 258 bytes for 2 bits, a length byte of LZ4 is worth 255, a Zstandard block of 4 bytes makes 128 KiB. A page that
 * claims more is refused before anything is allocated. Brotli has no such bound.
 */
const MAX_RATIO: Partial<Readonly<Record<ColumnMetaData['codec'], number>>> = {
  SNAPPY: 22,
  GZIP: 1032,
  LZ4: 255,
  LZ4_RAW: 255,
  ZSTD: 32_768,
}

/** So large may a page be in any case; writers aim at 1 MiB. */
const ORDINARY_PAGE = 64 * 2 ** 20
/** Above it, this is how often its stored bytes a page may be, whatever its codec could do: a greater claim is a bomb. */
const MOST_EXPANSION = 1024

/**
 * Decompresses a page that is said to have `size` bytes. Never more than about that many are made.
 * @throws {RangeError} or another error when the page has another size or is damaged.
 * @throws {DeltaError} `unsupported` for a codec that is not known.
 */
export function decompress(
  stored: Uint8Array<ArrayBuffer>,
  size: number,
  codec: ColumnMetaData['codec'],
): Uint8Array<ArrayBuffer> {
  if (!(size >= 0 && size <= MAX_PAGE_BYTES)) throw new RangeError(`a page claims ${size} bytes before compression`)
  if (codec === 'UNCOMPRESSED') return stored
  const decompressor = decompressors[codec]
  if (decompressor === undefined) throw new DeltaError('unsupported', `the codec ${codec} is not supported`)
  const ratio = MAX_RATIO[codec] ?? Number.POSITIVE_INFINITY
  if (size > stored.length * (size > ORDINARY_PAGE ? Math.min(ratio, MOST_EXPANSION) : ratio)) {
    throw new RangeError(`a page of ${stored.length} bytes in ${codec} claims ${size} bytes before compression`)
  }
  if (codec === 'SNAPPY' && snappyLength(stored) !== size) throw new RangeError('a page has two different lengths')
  const page = decompressor(stored, size)
  if (page.length !== size) throw new RangeError(`a page of ${size} bytes was decompressed to ${page.length}`)
  return page.buffer instanceof ArrayBuffer
    ? new Uint8Array(page.buffer, page.byteOffset, page.byteLength)
    : Uint8Array.from(page)
}

/** The length in front of a snappy block: checked before the decompressor allocates what a damaged header claims. */
function snappyLength(stored: Uint8Array): number {
  let length = 0
  for (let i = 0; i < 5; i++) {
    const byte = stored[i] ?? 0
    length += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) break
  }
  return length
}
