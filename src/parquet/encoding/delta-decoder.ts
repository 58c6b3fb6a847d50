import { narrow } from './integers.ts'

/** Integers decoded, and where their bytes end. */
interface Decoded<Integer> {
  readonly values: Integer[]
  readonly end: number
}

/** What values that repeat the beginnings of others may come to in any case, in bytes. */
const ORDINARY_BYTES = 64 * 2 ** 20
/** Above it, how often the bytes of their page: each may repeat nearly the whole page. */
const MOST_EXPANSION = 1024

/** Decodes `count` integers of INT32 from DELTA_BINARY_PACKED. @throws {RangeError} when the bytes hold others. */
export function decodeDeltas32(bytes: Uint8Array, start: number, count: number): Decoded<number> {
  const reader = new DeltaReader(bytes, start)
  return decodeDeltas(
    reader,
    count,
    (value, least, difference) => (Number(value) + Number(least) + Number(difference)) | 0,
  )
}

/** The same for INT64: numbers, or bigints beyond ±(2^53−1). */
export function decodeDeltas64(bytes: Uint8Array, start: number, count: number): Decoded<number | bigint> {
  return decodeDeltas(new DeltaReader(bytes, start), count, (value, least, difference) => {
    if (typeof value === 'number' && typeof least === 'number' && typeof difference === 'number') {
      const sum = value + least + difference
      if (Number.isSafeInteger(sum)) return sum
    }
    return narrow(BigInt.asIntN(64, BigInt(value) + BigInt(least) + BigInt(difference)))
  })
}

/** Decodes values from DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes. @throws {RangeError} */
export function decodeDeltaLengths(bytes: Uint8Array, start: number, count: number): Uint8Array[] {
  const { values: lengths, end } = decodeDeltas32(bytes, start, count)
  let at = end
  return lengths.map((length) => {
    if (length < 0 || length > bytes.length - at) throw new RangeError('a value reaches beyond its page')
    at += length
    return bytes.subarray(at - length, at)
  })
}

/** Decodes values from DELTA_BYTE_ARRAY: how many bytes each shares with the one before, then the rests. @throws {RangeError} */
export function decodeDeltaByteArrays(bytes: Uint8Array, count: number): Uint8Array[] {
  const { values: shared, end } = decodeDeltas32(bytes, 0, count)
  const rests = decodeDeltaLengths(bytes, end, count)
  let total = 0
  let before = new Uint8Array(0)
  return rests.map((rest, i) => {
    const prefix = shared[i] ?? 0
    if (prefix < 0 || prefix > before.length) throw new RangeError('a value repeats more than there was')
    total += prefix + rest.length
    if (total > ORDINARY_BYTES && total > bytes.length * MOST_EXPANSION) {
      throw new RangeError(`${bytes.length} bytes claim to repeat themselves into more than ${total}`)
    }
    const value = new Uint8Array(prefix + rest.length)
    value.set(before.subarray(0, prefix))
    value.set(rest, prefix)
    before = value
    return value
  })
}

function decodeDeltas<Integer extends number | bigint>(
  reader: DeltaReader,
  count: number,
  add: (value: number | bigint, least: number | bigint, difference: number | bigint) => Integer,
): Decoded<Integer> {
  const block = reader.count()
  const miniblocks = reader.count()
  const size = block / miniblocks
  if (!Number.isInteger(size) || size % 8 !== 0 || size === 0 || miniblocks > block) {
    throw new RangeError(`a block of ${block} values in ${miniblocks} parts is none`)
  }
  const total = reader.count()
  if (total < count) throw new RangeError(`${total} integers are there, not ${count}`)
  const values: Integer[] = []
  let value = add(reader.zigzag(), 0, 0)
  if (count > 0) values.push(value)
  while (values.length < count) {
    const least = reader.zigzag()
    const widths = reader.take(miniblocks)
    for (const width of widths) {
      if (values.length === count) break
      reader.startPacked(width)
      const wanted = Math.min(size, count - values.length)
      for (let i = 0; i < wanted; i++) {
        value = add(value, least, reader.packed(width))
        values.push(value)
      }
      reader.endPacked((size * width) / 8)
    }
  }
  return { values, end: reader.at }
}

class DeltaReader {
  at: number
  readonly #bytes: Uint8Array
  #bit = 0

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes
    this.at = start
  }

  /** A varint that counts something. */
  count(): number {
    const value = this.#varint()
    return typeof value === 'number' ? value : fail()
  }

  zigzag(): number | bigint {
    const value = this.#varint()
    if (typeof value === 'bigint') return narrow((value >> 1n) ^ -(value & 1n))
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.at) fail()
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }

  startPacked(width: number): void {
    if (width > 64) throw new RangeError(`integers of ${width} bits are not allowed`)
    this.#bit = 0
  }

  /** The next of the packed integers. Those of up to 32 bits go without a BigInt: five bytes fit a number. */
  packed(width: number): number | bigint {
    if (width === 0) return 0
    const first = this.at + (this.#bit >>> 3)
    const skipped = this.#bit & 7
    const last = first + ((skipped + width + 7) >>> 3)
    if (last > this.#bytes.length) fail()
    this.#bit += width
    if (width > 32) return this.#wide(first, last, skipped, width)
    let bits = 0
    for (let i = last - 1; i >= first; i--) bits = bits * 256 + (this.#bytes[i] ?? 0)
    return Math.floor(bits / 2 ** skipped) % 2 ** width
  }

  /** Leaves a part of a block behind, its padding too; the end of a page may lack that. */
  endPacked(length: number): void {
    this.at = Math.min(this.at + length, this.#bytes.length)
  }

  #wide(first: number, last: number, skipped: number, width: number): number | bigint {
    let bits = 0n
    for (let i = last - 1; i >= first; i--) bits = (bits << 8n) | BigInt(this.#bytes[i] ?? 0)
    return narrow(BigInt.asUintN(width, bits >> BigInt(skipped)))
  }

  #varint(): number | bigint {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.at++] ?? fail()
      // Seven groups of seven bits are a number's own; what is longer is put together anew.
      if (shift >= 49) return this.#longVarint(value, byte, shift)
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    return fail()
  }

  #longVarint(start: number, first: number, startShift: number): bigint {
    let value = BigInt(start)
    let byte = first
    for (let shift = startShift; shift < 70; shift += 7) {
      value |= BigInt(byte & 0x7f) << BigInt(shift)
      if (byte < 0x80) return BigInt.asUintN(64, value)
      byte = this.#bytes[this.at++] ?? fail()
    }
    return fail()
  }
}

function fail(): never {
  throw new RangeError('packed integers end too early, or never')
}
