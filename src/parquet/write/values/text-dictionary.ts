import type { ByteSink } from '../../encoding/byte-sink.ts'
import { MapDictionary } from './map-dictionary.ts'
import { hashBytes, type Utf8Batch } from './utf8-batch.ts'
import type { Dictionary, DictionaryWriter } from './value-writer.ts'

const FIRST_SLOTS = 1024

/**
 * A dictionary of texts, which a Map tells apart. A text that comes as bytes is looked for by its bytes first, and becomes a
 * string only where it is not found: when it is new, or has so far come as a string.
 */
export class TextDictionary implements Dictionary {
  readonly #texts: string[]
  readonly #utf8: Utf8Batch
  readonly #all: MapDictionary
  /** Slot → number of the text + 1; 0 is free. A hash table with open addressing. */
  #slots = new Int32Array(FIRST_SLOTS)
  #used = 0

  /** @param utf8 the current batch of the writer, where it comes as bytes; else `texts` is. */
  constructor(texts: string[], utf8: Utf8Batch, writer: DictionaryWriter) {
    this.#texts = texts
    this.#utf8 = utf8
    this.#all = new MapDictionary(texts, writer)
  }

  get size(): number {
    return this.#all.size
  }

  get plain(): ByteSink {
    return this.#all.plain
  }

  offset(number: number): number {
    return this.#all.offset(number)
  }

  number(count: number, numbers: Int32Array, at: number): void {
    if (!this.#utf8.isUsed) this.#all.number(count, numbers, at)
    else for (let i = 0; i < count; i++) numbers[at + i] = this.#find(i)
  }

  include(number: number): void {
    this.#all.include(number)
  }

  #find(i: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = this.#utf8.hash(i) & mask
    for (;;) {
      const number = (slots[slot] ?? 0) - 1
      if (number < 0) return this.#add(i, slot)
      if (this.#utf8.equals(i, this.plain.bytes, this.offset(number) + 4, this.offset(number + 1))) return number
      slot = (slot + 1) & mask
    }
  }

  #add(i: number, slot: number): number {
    this.#texts[i] = this.#utf8.text(i)
    const number = this.#all.numberOf(i)
    this.#slots[slot] = number + 1
    if (++this.#used * 2 >= this.#slots.length) this.#grow()
    return number
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 4)
    const mask = slots.length - 1
    for (const entry of this.#slots) {
      if (entry === 0) continue
      let slot = hashBytes(this.plain.bytes, this.offset(entry - 1) + 4, this.offset(entry)) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = entry
    }
    this.#slots = slots
  }
}
