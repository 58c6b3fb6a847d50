import type { LeafCaster } from '../../../schema/index.ts'
import type { ByteSink } from '../../encoding/byte-sink.ts'
import { LITTLE_ENDIAN, WORD } from '../../encoding/integers.ts'
import { VALUE_BYTES } from '../../encoding/leaf-type.ts'
import type { GatherNumbers, NumberBatch } from './gather-numbers.ts'
import { LayeredBounds } from './layered-bounds.ts'
import { NumberBounds } from './number-bounds.ts'
import { NumberDictionary } from './number-dictionary.ts'
import {
  BATCH_ROWS,
  type Bounds,
  type Dictionary,
  type DictionaryWriter,
  type FooterBounds,
  type ValueWriter,
} from './value-writer.ts'

export type NumberType = 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE'

/**
 * Numbers of a fixed width. A batch is a `Float64Array`, which holds all of INT32, FLOAT and DOUBLE, and INT64 within
 * ±(2^53−1): no BigInt is made on the way. Integers beyond are kept beside it. What tells values apart, and for INT64
 * what is written, are the two words of 64 bits a value.
 */
export class NumberValues implements ValueWriter, DictionaryWriter {
  readonly #type: NumberType
  readonly #width: number
  readonly #gather: GatherNumbers
  readonly #cast: LeafCaster
  readonly #batch = new Float64Array(BATCH_ROWS)
  /** The bits of INT64, low half first; of other types the bits of the batch's doubles. */
  readonly #words: Int32Array
  /** The same bits as bytes. */
  readonly #bytes: Uint8Array
  /** The bigints of the batch by their place in it; empty for nearly every batch. */
  readonly #bigs = new Map<number, bigint>()
  readonly #bounds = new LayeredBounds(() => new NumberBounds())

  constructor(type: NumberType, gather: GatherNumbers, cast: LeafCaster) {
    this.#type = type
    this.#width = VALUE_BYTES[type] ?? 8
    this.#gather = gather
    this.#cast = cast
    this.#words = type === 'INT64' ? new Int32Array(BATCH_ROWS * 2) : new Int32Array(this.#batch.buffer)
    this.#bytes = new Uint8Array(this.#words.buffer)
  }

  gather(values: ArrayLike<unknown>, start: number, end: number, present: Uint8Array): number {
    if (this.#bigs.size > 0) this.#bigs.clear()
    const count = this.#gather(values, start, end, { numbers: this.#batch, present, takeOdd: this.#takeOdd })
    if (this.#type === 'INT64') this.#split(count)
    return count
  }

  appendPlain(from: number, to: number, sink: ByteSink, limit: number): number {
    const width = this.#width
    const end = Math.min(to, from + Math.ceil(Math.max(0, limit - sink.length) / width))
    sink.reserve((end - from) * width)
    if (width === 8 && LITTLE_ENDIAN) sink.bytes.set(this.#bytes.subarray(8 * from, 8 * end), sink.length)
    else this.#put(from, end, sink.view, sink.length)
    sink.length += (end - from) * width
    this.#include(from, end)
    return end
  }

  dictionary(): Dictionary {
    return new NumberDictionary(this.#words, this)
  }

  includePlain(plain: ByteSink, start: number): void {
    this.#bounds.page.include(this.#decode(plain.view, start))
  }

  endPage(): FooterBounds {
    return this.#footerBounds(this.#bounds.endPage())
  }

  endChunk(): FooterBounds {
    return this.#footerBounds(this.#bounds.endChunk())
  }

  fileBounds(): Bounds {
    return this.#withZeroRule(this.#bounds.file)
  }

  compareBounds(a: Uint8Array, b: Uint8Array): number {
    const [left, right] = [this.#decode(viewOf(a), 0), this.#decode(viewOf(b), 0)]
    return left < right ? -1 : left > right ? 1 : 0
  }

  #include(from: number, to: number): void {
    const { page } = this.#bounds
    if (this.#bigs.size === 0) page.includeAll(this.#batch, from, to)
    else for (let i = from; i < to; i++) page.include(this.#bigs.get(i) ?? this.#batch[i] ?? 0)
  }

  readonly #takeOdd: NumberBatch['takeOdd'] = (value, place) => {
    if (value === null || value === undefined) return false
    const physical = this.#cast(value)
    if (typeof physical === 'number') {
      this.#batch[place] = physical
      return true
    }
    if (typeof physical !== 'bigint') return false
    this.#batch[place] = 0
    this.#bigs.set(place, physical)
    return true
  }

  #put(from: number, to: number, view: DataView, at: number): void {
    const batch = this.#batch
    let position = at
    switch (this.#type) {
      case 'INT32':
        for (let i = from; i < to; i++, position += 4) view.setInt32(position, batch[i] ?? 0, true)
        return
      case 'FLOAT':
        for (let i = from; i < to; i++, position += 4) view.setFloat32(position, batch[i] ?? 0, true)
        return
      case 'DOUBLE':
        for (let i = from; i < to; i++, position += 8) view.setFloat64(position, batch[i] ?? 0, true)
        return
      case 'INT64':
        for (let i = 2 * from; i < 2 * to; i++, position += 4) view.setInt32(position, this.#words[i] ?? 0, true)
    }
  }

  /** Splits the batch into words of 32 bits. */
  #split(count: number): void {
    const words = this.#words
    for (let i = 0; i < count; i++) {
      const value = this.#batch[i] ?? 0
      const low = value | 0
      words[2 * i] = low
      // Most integers are short, and need no division.
      words[2 * i + 1] = low === value ? low >> 31 : Math.floor(value / WORD)
    }
    for (const [i, big] of this.#bigs) {
      words[2 * i] = Number(BigInt.asIntN(32, big))
      words[2 * i + 1] = Number(BigInt.asIntN(32, big >> 32n))
    }
  }

  /** A zero bound of a floating-point column covers both zeros (parquet-format `ColumnOrder`). */
  #withZeroRule({ min, max }: NumberBounds): { min?: number | bigint; max?: number | bigint } {
    if (min === undefined || max === undefined) return {}
    if (this.#type === 'INT32' || this.#type === 'INT64') return { min, max }
    return { min: min === 0 ? -0 : min, max: max === 0 ? 0 : max }
  }

  #footerBounds(bounds: NumberBounds): FooterBounds {
    const { min, max } = this.#withZeroRule(bounds)
    if (min === undefined || max === undefined) return {}
    return { min: { bytes: this.#encode(min), exact: true }, max: { bytes: this.#encode(max), exact: true } }
  }

  #encode(value: number | bigint): Uint8Array {
    const bytes = new Uint8Array(this.#width)
    const view = new DataView(bytes.buffer)
    switch (this.#type) {
      case 'INT32':
        view.setInt32(0, Number(value), true)
        break
      case 'FLOAT':
        view.setFloat32(0, Number(value), true)
        break
      case 'DOUBLE':
        view.setFloat64(0, Number(value), true)
        break
      case 'INT64':
        view.setBigInt64(0, BigInt(value), true)
    }
    return bytes
  }

  #decode(view: DataView, at: number): number | bigint {
    switch (this.#type) {
      case 'INT32':
        return view.getInt32(at, true)
      case 'FLOAT':
        return view.getFloat32(at, true)
      case 'DOUBLE':
        return view.getFloat64(at, true)
      case 'INT64':
        return view.getBigInt64(at, true)
    }
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
