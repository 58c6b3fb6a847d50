import type { ByteSink } from '../encoding/byte-sink.ts'
import { bitWidth, encodeHybrid } from '../encoding/hybrid-encoder.ts'
import type { Page, PageBuilder } from './page.ts'
import { BATCH_ROWS, type Dictionary } from './values/value-writer.ts'

/** A dictionary with this many values or bytes is full: it would not fit a reader's cache any more. */
const FULL_SIZE = 65_536
const FULL_BYTES = 1_048_576

/**
 * After so many values, at most this share of them may be distinct for the dictionary to go on. Loose at first, since
 * 512 values of a column of 2,000 brands are nearly all distinct; strict later. A unique column costs one batch.
 */
const STEPS: readonly { readonly values: number; readonly share: number }[] = [
  { values: 512, share: 0.97 },
  { values: 4_096, share: 0.85 },
  { values: 16_384, share: 0.7 },
  { values: 65_536, share: 0.5 },
]

/** Values of the open page as numbers of the chunk's dictionary, and the judgement whether that pays. */
export class NumberedValues {
  readonly #dictionary: Dictionary
  #numbers = new Int32Array(BATCH_ROWS)
  /** Values of the open page. */
  count = 0
  /** Values of the dictionary that earlier pages brought in. */
  #known = 0
  /** Values of the chunk. */
  #seen = 0
  #step = 0

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary
  }

  /** The distinct values of the chunk, in PLAIN. */
  get plain(): ByteSink {
    return this.#dictionary.plain
  }

  get dictionaryBytes(): number {
    return this.plain.length
  }

  /** Bytes of the open page's numbers, about. */
  get pageBytes(): number {
    return Math.ceil((this.count * this.#width) / 8)
  }

  get bytes(): number {
    return this.dictionaryBytes + this.pageBytes
  }

  get #width(): number {
    return bitWidth(Math.max(0, this.#dictionary.size - 1))
  }

  /** Takes the `present` values of the writer's current batch. */
  append(present: number): void {
    if (this.count + present > this.#numbers.length) {
      const grown = new Int32Array((this.count + present) * 2)
      grown.set(this.#numbers.subarray(0, this.count))
      this.#numbers = grown
    }
    this.#dictionary.number(present, this.#numbers, this.count)
    this.count += present
    this.#seen += present
  }

  isFull(): boolean {
    return this.#dictionary.size >= FULL_SIZE || this.dictionaryBytes >= FULL_BYTES
  }

  /** Whether so few of the values are distinct that the dictionary is likely to be smaller than PLAIN. */
  pays(): boolean {
    const step = STEPS[this.#step]
    if (step === undefined || this.#seen < step.values) return true
    this.#step++
    return this.#dictionary.size <= this.#seen * step.share
  }

  /** Whether dictionary and numbers take less room than the same values in PLAIN, all of them being in the open page. */
  isSmaller(): boolean {
    let plain = 0
    for (let i = 0; i < this.count; i++) {
      const number = this.#numbers[i] ?? 0
      plain += this.#dictionary.offset(number + 1) - this.#dictionary.offset(number)
    }
    return this.bytes < plain
  }

  /** Appends the open page's values in PLAIN, so that the page is empty; neighbours in the dictionary are copied together. */
  appendPlain(sink: ByteSink): void {
    this.#includeKnown()
    const { plain } = this.#dictionary
    let i = 0
    while (i < this.count) {
      const first = this.#numbers[i] ?? 0
      let end = first + 1
      for (i++; i < this.count && this.#numbers[i] === end; i++) end++
      sink.append(plain.bytes.subarray(this.#dictionary.offset(first), this.#dictionary.offset(end)))
    }
    this.count = 0
  }

  /** Appends the open page's values as RLE_DICTIONARY: bits a number, then the hybrid encoding. */
  encode(sink: ByteSink): void {
    this.#includeKnown()
    sink.appendByte(this.#width)
    encodeHybrid(this.#numbers, this.count, this.#width, sink)
    this.count = 0
    this.#known = this.#dictionary.size
  }

  page(builder: PageBuilder): Page {
    return builder.dictionaryPage(this.#dictionary.size, this.#dictionary.plain)
  }

  /** Shows the open page's bounds the values that earlier pages brought in: they have seen the new ones only. */
  #includeKnown(): void {
    if (this.#known === 0) return
    const included = new Uint8Array(this.#known)
    for (let i = 0; i < this.count; i++) {
      const number = this.#numbers[i] ?? 0
      if (number >= this.#known || included[number] === 1) continue
      included[number] = 1
      this.#dictionary.include(number)
    }
  }
}
