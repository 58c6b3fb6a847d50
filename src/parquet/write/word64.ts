/**
 * An unsigned integer of 64 bits that changes in place, as two signed halves of 32: a BigInt for each step of a hash would
 * cost microseconds a value.
 */
export class Word64 {
  high: number
  low: number

  constructor(high = 0, low = 0) {
    this.high = high | 0
    this.low = low | 0
  }

  set(high: number, low: number): this {
    this.high = high | 0
    this.low = low | 0
    return this
  }

  /** Takes the eight bytes at `at`, least significant first. */
  read(bytes: Uint8Array, at: number): this {
    return this.set(read32(bytes, at + 4), read32(bytes, at))
  }

  add({ high, low }: Word64): this {
    const sum = (this.low >>> 0) + (low >>> 0)
    return this.set(this.high + high + (sum > 0xffff_ffff ? 1 : 0), sum)
  }

  xor({ high, low }: Word64): this {
    return this.set(this.high ^ high, this.low ^ low)
  }

  multiply({ high, low }: Word64): this {
    const crossed = Math.imul(this.high, low) + Math.imul(this.low, high)
    return this.set(crossed + highProduct(this.low, low), Math.imul(this.low, low))
  }

  /** Rotates left, 0 < bits < 32. */
  rotate(bits: number): this {
    const { high, low } = this
    return this.set((high << bits) | (low >>> (32 - bits)), (low << bits) | (high >>> (32 - bits)))
  }

  /** Exclusive or with itself shifted right, 0 < bits < 64. */
  xorShifted(bits: number): this {
    const { high, low } = this
    if (bits >= 32) return this.set(high, low ^ (high >>> (bits - 32)))
    return this.set(high ^ (high >>> bits), low ^ ((low >>> bits) | (high << (32 - bits))))
  }
}

export function read32(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
  return low | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
}

/** The upper half of the product of two unsigned integers of 32 bits. */
function highProduct(a: number, b: number): number {
  const [aHigh, aLow, bHigh, bLow] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff]
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16)
  const carried = aLow * bHigh + (middle & 0xffff)
  return aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carried / 0x10000)
}
