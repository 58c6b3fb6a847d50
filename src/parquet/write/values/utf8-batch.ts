import { isUtf8 } from '#codecs'
import type { Utf8Texts } from '../../../schema/index.ts'
import type { ByteSink } from '../../encoding/byte-sink.ts'
import { BATCH_ROWS } from './value-writer.ts'

/** Up to this length a loop over the bytes is faster than a call out of JavaScript. */
const SHORT_BYTES = 32

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** A batch of texts that are UTF-8 already, and are copied as they are. */
export class Utf8Batch {
  #texts: Utf8Texts | undefined
  /** The numbers of those that are there. */
  readonly #indexes = new Int32Array(BATCH_ROWS)

  /** Whether the current batch is in here. */
  get isUsed(): boolean {
    return this.#texts !== undefined
  }

  clear(): void {
    this.#texts = undefined
  }

  /**
   * Takes texts `[start, end)` as the batch. `present[i]` becomes 1 where there is one, and 0 where there is none.
   * @returns how many there are; undefined when the batch is not taken, because the bytes are not UTF-8 throughout.
   */
  gather(texts: Utf8Texts, start: number, end: number, present: Uint8Array): number | undefined {
    if (!isWellFormed(texts, start, end)) return undefined
    const { isPresent } = texts
    this.#texts = texts
    let count = 0
    for (let i = start; i < end; i++) {
      const isThere = isPresent === undefined || isPresent(i)
      present[i - start] = isThere ? 1 : 0
      if (isThere) this.#indexes[count++] = i
    }
    return count
  }

  /** Appends the bytes of text `i` of the batch. */
  append(i: number, sink: ByteSink): void {
    if (this.#texts === undefined) return
    const { bytes } = this.#texts
    const start = this.#start(i)
    const length = this.#end(i) - start
    sink.reserve(length)
    if (length > SHORT_BYTES) sink.bytes.set(bytes.subarray(start, start + length), sink.length)
    else for (let at = 0; at < length; at++) sink.bytes[sink.length + at] = bytes[start + at] ?? 0
    sink.length += length
  }

  length(i: number): number {
    return this.#end(i) - this.#start(i)
  }

  text(i: number): string {
    return utf8.decode(this.#texts?.bytes.subarray(this.#start(i), this.#end(i)))
  }

  hash(i: number): number {
    return hashBytes(this.#texts?.bytes ?? NO_BYTES, this.#start(i), this.#end(i))
  }

  /** Whether text `i` of the batch is `others[start, end)`. */
  equals(i: number, others: Uint8Array, start: number, end: number): boolean {
    const { bytes = NO_BYTES } = this.#texts ?? {}
    if (this.length(i) !== end - start) return false
    const shift = this.#start(i) - start
    for (let at = start; at < end; at++) if (others[at] !== bytes[at + shift]) return false
    return true
  }

  #start(i: number): number {
    return this.#texts?.offsets[this.#indexes[i] ?? 0] ?? 0
  }

  #end(i: number): number {
    return this.#texts?.offsets[(this.#indexes[i] ?? 0) + 1] ?? 0
  }
}

const NO_BYTES = new Uint8Array(0)

/** FNV-1a of `bytes[start, end)`, its upper half stirred into the lower. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  return hash ^ (hash >>> 15)
}

/** Whether the texts lie one behind the other, are UTF-8 together, and none begins inside a character. */
function isWellFormed({ bytes, offsets }: Utf8Texts, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const [from = Number.NaN, to = Number.NaN] = [offsets[i], offsets[i + 1]]
    const isContinuation = ((bytes[from] ?? 0) & 0xc0) === 0x80
    if (!(from <= to && to <= bytes.length) || isContinuation) return false
  }
  return isUtf8(bytes.subarray(offsets[start], offsets[end]))
}
