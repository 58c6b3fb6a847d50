import type { Caster } from '../schema/index.ts'
import type { ByteSink } from './byte-sink.ts'
import type { Bounds, FooterBounds, ValueWriter } from './value-writer.ts'

/** Booleans as bits, the first in the lowest. Bounds go to the footer only: Delta keeps none. */
export class BooleanValues implements ValueWriter {
  readonly #cast: Caster
  readonly #batch: boolean[] = []
  /** Bits taken in the last byte of the page; 0 when the next value opens a byte. */
  #bits = 0
  #sawTrue = false
  #sawFalse = false

  constructor(cast: Caster) {
    this.#cast = cast
  }

  gather(values: ArrayLike<unknown>, start: number, end: number, levels: Uint8Array): number {
    let count = 0
    for (let i = start; i < end; i++) {
      const value = values[i]
      const boolean =
        typeof value === 'boolean' ? value : value === null || value === undefined ? null : this.#cast(value)
      if (typeof boolean === 'boolean') {
        this.#batch[count++] = boolean
        levels[i - start] = 1
      } else {
        levels[i - start] = 0
      }
    }
    return count
  }

  appendPlain(from: number, to: number, sink: ByteSink, limit: number): number {
    if (sink.length === 0) this.#bits = 0
    let i = from
    while (i < to && (sink.length < limit || this.#bits > 0)) {
      const value = this.#batch[i++] === true
      if (value) this.#sawTrue = true
      else this.#sawFalse = true
      if (this.#bits === 0) sink.appendByte(0)
      if (value) sink.bytes[sink.length - 1] = (sink.bytes[sink.length - 1] ?? 0) | (1 << this.#bits)
      this.#bits = (this.#bits + 1) & 7
    }
    return i
  }

  dictionary(): undefined {
    return undefined
  }

  finishChunk(): FooterBounds {
    const { min, max } = { min: this.#sawFalse ? 0 : 1, max: this.#sawTrue ? 1 : 0 }
    const seen = this.#sawFalse || this.#sawTrue
    this.#sawFalse = false
    this.#sawTrue = false
    if (!seen) return {}
    return { min: { bytes: Uint8Array.of(min), exact: true }, max: { bytes: Uint8Array.of(max), exact: true } }
  }

  fileBounds(): Bounds {
    return {}
  }
}
