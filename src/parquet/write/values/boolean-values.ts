import type { LeafCaster } from '../../../schema/index.ts'
import type { ByteSink } from '../../encoding/byte-sink.ts'
import { compareBytes } from './byte-bounds.ts'
import type { Bounds, FooterBounds, ValueWriter } from './value-writer.ts'

const FALSE = 1
const TRUE = 2

/** Booleans as bits, the first in the lowest. Bounds go to the footer only: Delta keeps none. */
export class BooleanValues implements ValueWriter {
  readonly #cast: LeafCaster
  readonly #batch: boolean[] = []
  /** Bits taken in the last byte of the page; 0 when the next value opens a byte. */
  #bits = 0
  /** Which values the open page and the open chunk have: {@link FALSE}, {@link TRUE}, both or none. */
  #inPage = 0
  #inChunk = 0

  constructor(cast: LeafCaster) {
    this.#cast = cast
  }

  gather(values: ArrayLike<unknown>, start: number, end: number, present: Uint8Array): number {
    let count = 0
    for (let i = start; i < end; i++) {
      const value = values[i]
      const boolean =
        typeof value === 'boolean' ? value : value === null || value === undefined ? null : this.#cast(value)
      if (typeof boolean === 'boolean') {
        this.#batch[count++] = boolean
        present[i - start] = 1
      } else {
        present[i - start] = 0
      }
    }
    return count
  }

  appendPlain(from: number, to: number, sink: ByteSink, limit: number): number {
    if (sink.length === 0) this.#bits = 0
    let i = from
    while (i < to && (sink.length < limit || this.#bits > 0)) {
      const value = this.#batch[i++] === true
      this.#inPage |= value ? TRUE : FALSE
      if (this.#bits === 0) sink.appendByte(0)
      if (value) sink.bytes[sink.length - 1] = (sink.bytes[sink.length - 1] ?? 0) | (1 << this.#bits)
      this.#bits = (this.#bits + 1) & 7
    }
    return i
  }

  dictionary(): undefined {
    return undefined
  }

  endPage(): FooterBounds {
    const seen = this.#inPage
    this.#inPage = 0
    this.#inChunk |= seen
    return boundsOf(seen)
  }

  endChunk(): FooterBounds {
    const seen = this.#inChunk
    this.#inChunk = 0
    return boundsOf(seen)
  }

  fileBounds(): Bounds {
    return {}
  }

  compareBounds(a: Uint8Array, b: Uint8Array): number {
    return compareBytes(a, b)
  }
}

function boundsOf(seen: number): FooterBounds {
  if (seen === 0) return {}
  const [min, max] = [seen & FALSE ? 0 : 1, seen & TRUE ? 1 : 0]
  return { min: { bytes: Uint8Array.of(min), exact: true }, max: { bytes: Uint8Array.of(max), exact: true } }
}
