/** The four numbers of the block format ("LZ4 Block Format Description"). */
const MIN_MATCH = 4
/** A block ends with so many literals at least … */
const LAST_LITERALS = 5
/** … and no match begins in its last so many bytes. */
const MATCH_LIMIT = 12
const MAX_DISTANCE = 65_535

const HASH_BITS = 14
/** After 2^6 bytes without a match every second position is tried, then every third: incompressible data is soon over. */
const PATIENCE_BITS = 6

/**
 * A function that compresses pages into single LZ4 blocks, the codec LZ4_RAW. The greedy algorithm with one candidate a
 * hash. Written here because the packages that do it are native, or carry 100 KB of WebAssembly, or are years without an
 * owner.
 */
export function lz4Compressor(): (page: Uint8Array) => Uint8Array {
  /** Hash of four bytes → where they were seen last, plus one. */
  const seen = new Int32Array(1 << HASH_BITS)
  return (page) => {
    seen.fill(0)
    const block = new Uint8Array(page.length + Math.ceil(page.length / 255) + 16)
    return block.slice(0, compress(page, block, seen))
  }
}

function compress(page: Uint8Array, block: Uint8Array, seen: Int32Array): number {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  const lastStart = page.length - MATCH_LIMIT
  const lastEnd = page.length - LAST_LITERALS
  let written = 0
  let literals = 0
  let at = 0
  while (at <= lastStart) {
    const word = view.getUint32(at, true)
    const hash = Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS)
    const candidate = (seen[hash] ?? 0) - 1
    seen[hash] = at + 1
    if (candidate < 0 || at - candidate > MAX_DISTANCE || view.getUint32(candidate, true) !== word) {
      at += 1 + ((at - literals) >> PATIENCE_BITS)
      continue
    }
    let end = at + MIN_MATCH
    while (end < lastEnd && page[end] === page[candidate + end - at]) end++
    written = putLiterals(page, literals, at, end - at - MIN_MATCH, block, written)
    block[written++] = (at - candidate) & 0xff
    block[written++] = (at - candidate) >> 8
    written = putRest(end - at - MIN_MATCH, block, written)
    at = end
    literals = end
  }
  return putLiterals(page, literals, page.length, 0, block, written)
}

/** Writes the token of a sequence and its literals `page[start, end)`. @returns the end of the block so far. */
function putLiterals(
  page: Uint8Array,
  start: number,
  end: number,
  match: number,
  block: Uint8Array,
  at: number,
): number {
  const count = end - start
  block[at] = (Math.min(count, 15) << 4) | Math.min(match, 15)
  const after = putRest(count, block, at + 1)
  // A call out of JavaScript costs more than a few bytes.
  if (count > 24) block.set(page.subarray(start, end), after)
  else for (let i = 0; i < count; i++) block[after + i] = page[start + i] ?? 0
  return after + count
}

/** Writes what of a length did not fit the four bits of the token. */
function putRest(length: number, block: Uint8Array, at: number): number {
  if (length < 15) return at
  let rest = length - 15
  let end = at
  for (; rest >= 255; rest -= 255) block[end++] = 255
  block[end++] = rest
  return end
}

/**
 * Decompresses a single LZ4 block. hyparquet-compressors can do it too, but fills up with zeros a page that ends early,
 * and stumbles over an empty one.
 * @throws {RangeError} when the block makes more or less than `size` bytes, or refers to bytes that are not there.
 */
export function decompressLz4(block: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const page = new Uint8Array(size)
  const reader = { at: 0 }
  let length = 0
  while (reader.at < block.length) {
    const token = block[reader.at++] ?? 0
    const literals = readLength(token >> 4, block, reader)
    if (literals > block.length - reader.at || literals > size - length) throw outOfBounds(size)
    page.set(block.subarray(reader.at, reader.at + literals), length)
    reader.at += literals
    length += literals
    // The last sequence has no match.
    if (reader.at === block.length) break
    const distance = (block[reader.at] ?? 0) | ((block[reader.at + 1] ?? 0) << 8)
    reader.at += 2
    const match = readLength(token & 15, block, reader) + MIN_MATCH
    if (distance === 0 || distance > length || match > size - length) throw outOfBounds(size)
    copyMatch(page, length, distance, match)
    length += match
  }
  if (length !== size) throw outOfBounds(size)
  return page
}

function readLength(nibble: number, block: Uint8Array, reader: { at: number }): number {
  let length = nibble
  let byte = nibble === 15 ? 255 : 0
  while (byte === 255) {
    byte = block[reader.at++] ?? 0
    length += byte
  }
  return length
}

/** A match may reach into what it makes itself: then its bytes repeat. */
function copyMatch(page: Uint8Array, at: number, distance: number, count: number): void {
  if (distance >= count) page.copyWithin(at, at - distance, at - distance + count)
  else for (let i = 0; i < count; i++) page[at + i] = page[at + i - distance] ?? 0
}

function outOfBounds(size: number): RangeError {
  return new RangeError(`an LZ4 block does not make the ${size} bytes that its page claims`)
}
