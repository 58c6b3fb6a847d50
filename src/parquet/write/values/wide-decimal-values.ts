import type { LeafCaster } from '../../../schema/index.ts'
import type { ByteSink } from '../../encoding/byte-sink.ts'
import { LayeredBounds } from './layered-bounds.ts'
import { MapDictionary } from './map-dictionary.ts'
import { NumberBounds } from './number-bounds.ts'
import type { Bounds, Dictionary, DictionaryWriter, FooterBounds, ValueWriter } from './value-writer.ts'

/** Decimals of more than 18 digits: the unscaled integer in big-endian two's complement of a fixed width. */
export class WideDecimalValues implements ValueWriter, DictionaryWriter {
  readonly #width: number
  readonly #cast: LeafCaster
  readonly #batch: (number | bigint)[] = []
  readonly #bounds = new LayeredBounds(() => new NumberBounds())

  constructor(width: number, cast: LeafCaster) {
    this.#width = width
    this.#cast = cast
  }

  gather(values: ArrayLike<unknown>, start: number, end: number, present: Uint8Array): number {
    let count = 0
    for (let i = start; i < end; i++) {
      const value = values[i]
      const unscaled = value === null || value === undefined ? null : this.#cast(value)
      if (typeof unscaled === 'number' || typeof unscaled === 'bigint') {
        this.#batch[count++] = unscaled
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
      sink.reserve(this.#width)
      const unscaled = this.#batch[i++] ?? 0
      putBigEndian(BigInt(unscaled), this.#width, sink.view, sink.length)
      sink.length += this.#width
      this.#bounds.page.include(unscaled)
    }
    return i
  }

  dictionary(): Dictionary {
    return new MapDictionary(this.#batch, this)
  }

  includePlain(plain: ByteSink, start: number, end: number): void {
    this.#bounds.page.include(getBigEndian(plain.bytes.subarray(start, end)))
  }

  endPage(): FooterBounds {
    return this.#footerBounds(this.#bounds.endPage())
  }

  endChunk(): FooterBounds {
    return this.#footerBounds(this.#bounds.endChunk())
  }

  fileBounds(): Bounds {
    const { min, max } = this.#bounds.file
    return min === undefined || max === undefined ? {} : { min, max }
  }

  compareBounds(a: Uint8Array, b: Uint8Array): number {
    const [left, right] = [getBigEndian(a), getBigEndian(b)]
    return left < right ? -1 : left > right ? 1 : 0
  }

  #footerBounds({ min, max }: NumberBounds): FooterBounds {
    if (min === undefined || max === undefined) return {}
    return { min: { bytes: this.#encode(min), exact: true }, max: { bytes: this.#encode(max), exact: true } }
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

function getBigEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return BigInt.asIntN(bytes.length * 8, value)
}
