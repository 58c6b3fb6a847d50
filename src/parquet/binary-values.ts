import type { Caster } from '../schema/index.ts'
import { ByteBounds } from './byte-bounds.ts'
import type { ByteSink } from './byte-sink.ts'
import { footerBounds } from './footer-bounds.ts'
import type { Bounds, FooterBounds, ValueWriter } from './value-writer.ts'

/** Binary as BYTE_ARRAY: four bytes of length, then the bytes. Bounds go to the footer only: Delta keeps none. */
export class BinaryValues implements ValueWriter {
  readonly #cast: Caster
  readonly #batch: Uint8Array[] = []
  #chunkBounds = new ByteBounds()

  constructor(cast: Caster) {
    this.#cast = cast
  }

  gather(values: ArrayLike<unknown>, start: number, end: number, levels: Uint8Array): number {
    let count = 0
    for (let i = start; i < end; i++) {
      const value = values[i]
      const bytes = value === null || value === undefined ? null : this.#cast(value)
      if (bytes instanceof Uint8Array) {
        this.#batch[count++] = bytes
        levels[i - start] = 1
      } else {
        levels[i - start] = 0
      }
    }
    return count
  }

  appendPlain(from: number, to: number, sink: ByteSink, limit: number): number {
    let i = from
    while (i < to && sink.length < limit) {
      const bytes = this.#batch[i++] ?? new Uint8Array(0)
      sink.appendUint32(bytes.length)
      const start = sink.length
      sink.append(bytes)
      this.#chunkBounds.include(sink.bytes, start, sink.length)
    }
    return i
  }

  dictionary(): undefined {
    return undefined
  }

  finishChunk(): FooterBounds {
    const { min, max } = this.#chunkBounds
    this.#chunkBounds = new ByteBounds()
    return min === undefined || max === undefined ? {} : footerBounds(min, max, 'binary')
  }

  fileBounds(): Bounds {
    return {}
  }
}
