/** Takes little-endian numbers off bytes, one after the other. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** The next `count` bytes, not copied. @throws {RangeError} when there are fewer. */
  take(count: number): Uint8Array {
    const start = this.#at
    if (count > this.#bytes.length - start) {
      throw new RangeError(`it ends after ${this.#bytes.length} bytes, where ${start + count} were expected`)
    }
    this.#at += count
    return this.#bytes.subarray(start, this.#at)
  }

  u16(): number {
    const [low = 0, high = 0] = this.take(2)
    return low | (high << 8)
  }

  u32(): number {
    return this.u16() + this.u16() * 0x10000
  }
}
