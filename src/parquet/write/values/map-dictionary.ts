import { ByteSink } from '../../encoding/byte-sink.ts'
import type { Dictionary, DictionaryWriter } from './value-writer.ts'

/** A dictionary of values that a Map tells apart: text, and integers of any size. */
export class MapDictionary implements Dictionary {
  readonly plain = new ByteSink()
  readonly #batch: readonly unknown[]
  readonly #writer: DictionaryWriter
  readonly #numbers = new Map<unknown, number>()
  readonly #offsets: number[] = []

  /** @param batch the values of the writer's current batch, always in this same array. */
  constructor(batch: readonly unknown[], writer: DictionaryWriter) {
    this.#batch = batch
    this.#writer = writer
  }

  get size(): number {
    return this.#offsets.length
  }

  offset(number: number): number {
    return this.#offsets[number] ?? this.plain.length
  }

  number(count: number, numbers: Int32Array, at: number): void {
    for (let i = 0; i < count; i++) numbers[at + i] = this.numberOf(i)
  }

  /** The number of value `i` of the batch. */
  numberOf(i: number): number {
    const value = this.#batch[i]
    return this.#numbers.get(value) ?? this.#add(value, i)
  }

  include(number: number): void {
    this.#writer.includePlain(this.plain, this.offset(number), this.offset(number + 1))
  }

  #add(value: unknown, i: number): number {
    const number = this.#offsets.length
    this.#numbers.set(value, number)
    this.#offsets.push(this.plain.length)
    this.#writer.appendPlain(i, i + 1, this.plain, Number.POSITIVE_INFINITY)
    return number
  }
}
