import type { LeafCaster } from '../../../schema/index.ts'
import type { ByteSink } from '../../encoding/byte-sink.ts'
import { ByteBounds, compareBytes } from './byte-bounds.ts'
import { footerBounds } from './footer-bounds.ts'
import { LayeredBounds } from './layered-bounds.ts'
import type { Bounds, FooterBounds, ValueWriter } from './value-writer.ts'

/** Binary as BYTE_ARRAY: four bytes of length, then the bytes. Bounds go to the footer only: Delta keeps none. */
export class BinaryValues implements ValueWriter {
  readonly #cast: LeafCaster
  readonly #batch: Uint8Array[] = []
  readonly #bounds = new LayeredBounds(() => new ByteBounds())

  constructor(cast: LeafCaster) {
    this.#cast = cast
  }

  gather(values: ArrayLike<unknown>, start: number, end: number, present: Uint8Array): number {
    let count = 0
    for (let i = start; i < end; i++) {
      const value = values[i]
      const bytes = value === null || value === undefined ? null : this.#cast(value)
      if (bytes instanceof Uint8Array) {
        this.#batch[count++] = bytes
        present[i - start] = 1
      } else {
        present[i - start] = 0
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
      this.#bounds.page.include(sink.bytes, start, sink.length)
    }
    return i
  }

  dictionary(): undefined {
    return undefined
  }

  endPage(): FooterBounds {
    return footerBounds(this.#bounds.endPage(), 'binary')
  }

  endChunk(): FooterBounds {
    return footerBounds(this.#bounds.endChunk(), 'binary')
  }

  fileBounds(): Bounds {
    return {}
  }

  compareBounds(a: Uint8Array, b: Uint8Array): number {
    return compareBytes(a, b)
  }
}
