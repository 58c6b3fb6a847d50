import type { Caster } from '../schema/index.ts'
import type { ByteSink } from './byte-sink.ts'
import { MapDictionary } from './map-dictionary.ts'
import { NumberBounds } from './number-bounds.ts'
import type { Bounds, Dictionary, FooterBounds, ValueWriter } from './value-writer.ts'

/** Decimals of more than 18 digits: the unscaled integer in big-endian two's complement of a fixed width. */
export class WideDecimalValues implements ValueWriter {
  readonly #width: number
  readonly #cast: Caster
  readonly #batch: (number | bigint)[] = []
  #chunkBounds = new NumberBounds()
  readonly #fileBounds = new NumberBounds()

  constructor(width: number, cast: Caster) {
    this.#width = width
    this.#cast = cast
  }

  gather(values: ArrayLike<unknown>, start: number, end: number, levels: Uint8Array): number {
    let count = 0
    for (let i = start; i < end; i++) {
      const value = values[i]
      const unscaled = value === null || value === undefined ? null : this.#cast(value)
      if (typeof unscaled === 'number' || typeof unscaled === 'bigint') {
        this.#batch[count++] = unscaled
        this.#chunkBounds.include(unscaled)
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
      sink.reserve(this.#width)
      putBigEndian(BigInt(this.#batch[i++] ?? 0), this.#width, sink.view, sink.length)
      sink.length += this.#width
    }
    return i
  }

  dictionary(): Dictionary {
    return new MapDictionary(this.#batch, this)
  }

  finishChunk(): FooterBounds {
    const { min, max } = this.#chunkBounds
    this.#fileBounds.includeBounds(this.#chunkBounds)
    this.#chunkBounds = new NumberBounds()
    if (min === undefined || max === undefined) return {}
    return { min: { bytes: this.#encode(min), exact: true }, max: { bytes: this.#encode(max), exact: true } }
  }

  fileBounds(): Bounds {
    const { min, max } = this.#fileBounds
    return min === undefined || max === undefined ? {} : { min, max }
  }

  #encode(value: number | bigint): Uint8Array {
    const bytes = new Uint8Array(this.#width)
    putBigEndian(BigInt(value), this.#width, new DataView(bytes.buffer), 0)
    return bytes
  }
}

function putBigEndian(value: bigint, width: number, view: DataView, at: number): void {
  let rest = value
  let end = width
  while (end >= 8) {
    end -= 8
    view.setBigUint64(at + end, BigInt.asUintN(64, rest))
    rest >>= 64n
  }
  while (end > 0) {
    end--
    view.setUint8(at + end, Number(BigInt.asUintN(8, rest)))
    rest >>= 8n
  }
}
