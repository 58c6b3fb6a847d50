import type { ByteSink } from './byte-sink.ts'

/** Values of a block, of which the minimum is kept, and of each of its parts, which have a bit width of their own. */
const BLOCK = 128
const MINIBLOCKS = 4
const MINIBLOCK = BLOCK / MINIBLOCKS

/**
 * Appends integers in DELTA_BINARY_PACKED (parquet-format "Encodings"): the first, then differences, packed by blocks.
 * Differences wrap around as the format asks. Everything is done on halves of 32 bits: a BigInt costs twenty times
 * as much.
 *
 * @param low the lower halves of the values.
 * @param high their upper halves; undefined for INT32, whose differences wrap around at 32 bits.
 */
export function encodeDeltas(low: Int32Array, high: Int32Array | undefined, count: number, sink: ByteSink): void {
  sink.appendVarint(BLOCK)
  sink.appendVarint(MINIBLOCKS)
  sink.appendVarint(count)
  const firstLow = count > 0 ? (low[0] ?? 0) : 0
  appendZigzag(firstLow, count > 0 ? (high?.[0] ?? firstLow >> 31) : 0, sink)
  const block = new DeltaBlock()
  for (let at = 1; at < count; at += BLOCK) {
    block.take(low, high, at, Math.min(at + BLOCK, count))
    block.append(sink)
  }
}

/** Up to 128 differences. */
class DeltaBlock {
  readonly #low = new Int32Array(BLOCK)
  readonly #high = new Int32Array(BLOCK)
  #count = 0
  #minLow = 0
  #minHigh = 0

  /** Takes the differences of `values[start, end)` to the values before them, and makes them relative to the least. */
  take(low: Int32Array, high: Int32Array | undefined, start: number, end: number): void {
    this.#count = end - start
    for (let i = start; i < end; i++) this.#setDelta(i - start, low, high, i)
    this.#subtractLeast(high !== undefined)
  }

  append(sink: ByteSink): void {
    appendZigzag(this.#minLow, this.#minHigh, sink)
    const widths = sink.length
    for (let i = 0; i < MINIBLOCKS; i++) sink.appendByte(0)
    for (let i = 0; i * MINIBLOCK < this.#count; i++) {
      const width = this.#width(i * MINIBLOCK)
      sink.bytes[widths + i] = width
      this.#pack(i * MINIBLOCK, width, sink)
    }
  }

  #setDelta(to: number, low: Int32Array, high: Int32Array | undefined, i: number): void {
    const after = low[i] ?? 0
    const before = low[i - 1] ?? 0
    const delta = (after - before) | 0
    const borrow = after >>> 0 < before >>> 0 ? 1 : 0
    this.#low[to] = delta
    this.#high[to] = high === undefined ? delta >> 31 : (high[i] ?? 0) - (high[i - 1] ?? 0) - borrow
  }

  /** Makes all differences unsigned. Those of INT32 have no upper half then. */
  #subtractLeast(wide: boolean): void {
    const low = this.#low
    const high = this.#high
    let minLow = low[0] ?? 0
    let minHigh = high[0] ?? 0
    for (let i = 1; i < this.#count; i++) {
      const h = high[i] ?? 0
      const l = low[i] ?? 0
      if (h < minHigh || (h === minHigh && l >>> 0 < minLow >>> 0)) {
        minHigh = h
        minLow = l
      }
    }
    for (let i = 0; i < this.#count; i++) {
      const l = low[i] ?? 0
      const borrow = l >>> 0 < minLow >>> 0 ? 1 : 0
      low[i] = l - minLow
      high[i] = wide ? (high[i] ?? 0) - minHigh - borrow : 0
    }
    this.#minLow = minLow
    this.#minHigh = minHigh
    // A miniblock is written whole; what is behind the last value does not matter and may as well be 0.
    low.fill(0, this.#count)
    high.fill(0, this.#count)
  }

  #width(start: number): number {
    let low = 0
    let high = 0
    for (let i = start; i < start + MINIBLOCK; i++) {
      low |= this.#low[i] ?? 0
      high |= this.#high[i] ?? 0
    }
    return high === 0 ? 32 - Math.clz32(low) : 64 - Math.clz32(high)
  }

  /** Packs a miniblock, least significant bit first. */
  #pack(start: number, width: number, sink: ByteSink): void {
    sink.reserve((MINIBLOCK / 8) * width)
    const { bytes } = sink
    let at = sink.length
    let pending = 0
    let pendingBits = 0
    const halves = width > 32 ? [this.#low, this.#high] : [this.#low]
    for (let i = start; i < start + MINIBLOCK; i++) {
      let left = width
      for (const half of halves) {
        let rest = half[i] ?? 0
        let bits = Math.min(left, 32)
        left -= bits
        while (bits > 0) {
          // With up to 7 bits that wait, 24 more still fit a word.
          const part = Math.min(bits, 24)
          pending |= (rest & ((1 << part) - 1)) << pendingBits
          pendingBits += part
          rest >>>= part
          bits -= part
          for (; pendingBits >= 8; pendingBits -= 8) {
            bytes[at++] = pending
            pending >>>= 8
          }
        }
      }
    }
    sink.length = at
  }
}

/** A signed integer of 64 bits as an unsigned one, small where its magnitude is, in groups of seven bits. */
function appendZigzag(low: number, high: number, sink: ByteSink): void {
  const sign = high >> 31
  let restLow = ((low << 1) ^ sign) >>> 0
  let restHigh = (((high << 1) | (low >>> 31)) ^ sign) >>> 0
  while (restHigh !== 0 || restLow > 0x7f) {
    sink.appendByte((restLow & 0x7f) | 0x80)
    restLow = ((restLow >>> 7) | (restHigh << 25)) >>> 0
    restHigh >>>= 7
  }
  sink.appendByte(restLow)
}
