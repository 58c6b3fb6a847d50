/**
 * Decodes `count` small integers from Parquet's hybrid of run-length encoding and bit packing into `output`.
 *
 * @param width bits a value, 0 to 24.
 * @throws {RangeError} when the bytes end too early. A run never writes past `count`, whatever length it claims. Numbers of
 * 0 bits are all 0, and some writers leave no byte of them.
 */
export function decodeHybrid(bytes: Uint8Array, width: number, count: number, output: Uint8Array | Int32Array): void {
  const reader = new HybridReader(bytes, width)
  let done = width === 0 ? count : 0
  if (width === 0) output.fill(0, 0, count)
  while (done < count) {
    const header = reader.varint()
    const wanted = count - done
    if (header & 1) {
      const packed = Math.min((header >>> 1) * 8, wanted)
      reader.unpack(output, done, packed, header >>> 1)
      done += packed
    } else {
      const run = Math.min(header >>> 1, wanted)
      output.fill(reader.runValue(), done, done + run)
      done += run
    }
  }
}

/** The one number that all `count` are, where a single run says so; undefined elsewhere. @throws {RangeError} */
export function singleRun(bytes: Uint8Array, width: number, count: number): number | undefined {
  if (width === 0) return 0
  const reader = new HybridReader(bytes, width)
  const header = reader.varint()
  return (header & 1) === 0 && header >>> 1 >= count ? reader.runValue() : undefined
}

class HybridReader {
  readonly #bytes: Uint8Array
  readonly #width: number
  #at = 0

  constructor(bytes: Uint8Array, width: number) {
    if (width > 24) throw new RangeError(`numbers of ${width} bits are not allowed`)
    this.#bytes = bytes
    this.#width = width
  }

  varint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    throw new RangeError('a run has an endless length')
  }

  runValue(): number {
    let value = 0
    for (let shift = 0; shift < this.#width; shift += 8) value |= this.#byte() << shift
    return value
  }

  /** Unpacks `count` values of `groups` groups of eight. The last group of a page may be cut short. */
  unpack(output: Uint8Array | Int32Array, start: number, count: number, groups: number): void {
    const width = this.#width
    const mask = (1 << width) - 1
    let at = this.#at
    let pending = 0
    let pendingBits = 0
    for (let i = start; i < start + count; i++) {
      while (pendingBits < width) {
        const byte = this.#bytes[at++]
        if (byte === undefined) throw new RangeError('packed values end too early')
        pending |= byte << pendingBits
        pendingBits += 8
      }
      output[i] = pending & mask
      pending >>>= width
      pendingBits -= width
    }
    this.#at = Math.min(this.#at + groups * width, this.#bytes.length)
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new RangeError('a run ends too early')
    return byte
  }
}
