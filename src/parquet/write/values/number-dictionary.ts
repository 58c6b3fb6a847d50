import { ByteSink } from '../../encoding/byte-sink.ts'
import type { Dictionary, DictionaryWriter } from './value-writer.ts'

const FIRST_SLOTS = 1024

/**
 * A dictionary of numbers of one width: a hash table with open addressing over 64 bits a value. So −0
 * and 0 are two values, as they must be, and a NaN equals itself.
 */
export class NumberDictionary implements Dictionary {
  readonly plain = new ByteSink()
  readonly #words: Int32Array
  readonly #writer: DictionaryWriter
  // Signed words: in V8 those are small integers, while half of the unsigned ones would be objects on the heap.
  /** Slot → number of the value + 1; 0 is free. */
  #slots = new Int32Array(FIRST_SLOTS)
  /** Number of the value → its two words. */
  #keys = new Int32Array(FIRST_SLOTS)
  #size = 0

  /**
   * @param words two words a value of the writer's current batch, always in this same array.
   */
  constructor(words: Int32Array, writer: DictionaryWriter) {
    this.#words = words
    this.#writer = writer
  }

  get size(): number {
    return this.#size
  }

  offset(number: number): number {
    return this.#size === 0 ? 0 : (this.plain.length / this.#size) * number
  }

  number(count: number, numbers: Int32Array, at: number): void {
    const words = this.#words
    for (let i = 0; i < count; i++) numbers[at + i] = this.#find(words[2 * i] ?? 0, words[2 * i + 1] ?? 0, i)
  }

  include(number: number): void {
    this.#writer.includePlain(this.plain, this.offset(number), this.offset(number + 1))
  }

  #find(low: number, high: number, i: number): number {
    const slots = this.#slots
    const keys = this.#keys
    const mask = slots.length - 1
    let slot = hash(low, high) & mask
    for (;;) {
      const number = (slots[slot] ?? 0) - 1
      if (number < 0) return this.#add(low, high, slot, i)
      if (keys[2 * number] === low && keys[2 * number + 1] === high) return number
      slot = (slot + 1) & mask
    }
  }

  #add(low: number, high: number, slot: number, i: number): number {
    const number = this.#size++
    this.#slots[slot] = number + 1
    this.#keys[2 * number] = low
    this.#keys[2 * number + 1] = high
    this.#writer.appendPlain(i, i + 1, this.plain, Number.POSITIVE_INFINITY)
    if (this.#size * 2 >= this.#slots.length) this.#grow()
    return number
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 4)
    const keys = new Int32Array(slots.length)
    keys.set(this.#keys)
    const mask = slots.length - 1
    for (let number = 0; number < this.#size; number++) {
      let slot = hash(keys[2 * number] ?? 0, keys[2 * number + 1] ?? 0) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = number + 1
    }
    this.#slots = slots
    this.#keys = keys
  }
}

function hash(low: number, high: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}
