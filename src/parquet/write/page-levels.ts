import type { ByteSink } from '../encoding/byte-sink.ts'
import { bitWidth, encodeHybrid } from '../encoding/hybrid-encoder.ts'
import type { LeafBatch } from './leaf-batch.ts'
import { BATCH_ROWS } from './values/value-writer.ts'

type Levels = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>

/** The definition and repetition levels of the open page of a column. */
export class PageLevels {
  readonly #maxDefinition: number
  readonly #maxRepetition: number
  #definitions: Levels
  #repetitions: Levels
  /** Slots of the page: values and nulls. */
  count = 0
  rows = 0
  nulls = 0

  constructor(maxDefinition: number, maxRepetition: number) {
    this.#maxDefinition = maxDefinition
    this.#maxRepetition = maxRepetition
    this.#definitions = levelsUpTo(maxDefinition, maxDefinition === 0 ? 0 : BATCH_ROWS)
    this.#repetitions = levelsUpTo(maxRepetition, maxRepetition === 0 ? 0 : BATCH_ROWS)
  }

  /** Takes over the slots of a batch from number `from` to before `to`, `nulls` of which are null. */
  append(batch: LeafBatch, from: number, to: number, nulls: number): void {
    if (this.#maxDefinition > 0) this.#appendDefinitions(batch, from, to)
    if (this.#maxRepetition > 0) this.#appendRepetitions(batch, from, to)
    else this.rows += to - from
    this.count += to - from
    this.nulls += nulls
  }

  /** Appends both kinds of levels as a page of version 1 begins with them, each behind its length in four bytes. */
  encode(sink: ByteSink): void {
    if (this.#maxRepetition > 0) encodeLevels(this.#repetitions, this.count, this.#maxRepetition, sink)
    if (this.#maxDefinition > 0) encodeLevels(this.#definitions, this.count, this.#maxDefinition, sink)
  }

  clear(): void {
    this.count = 0
    this.rows = 0
    this.nulls = 0
  }

  #appendDefinitions({ slots: { definitions }, first, present }: LeafBatch, from: number, to: number): void {
    const max = this.#maxDefinition
    this.#definitions = roomFor(this.#definitions, this.count, to - from)
    if (max === 1) {
      this.#definitions.set(present.subarray(from, to), this.count)
      return
    }
    const levels = this.#definitions
    let at = this.count
    for (let i = from; i < to; i++) levels[at++] = present[i] === 1 ? max : (definitions?.[first + i] ?? 0)
  }

  #appendRepetitions({ slots: { repetitions }, first }: LeafBatch, from: number, to: number): void {
    this.#repetitions = roomFor(this.#repetitions, this.count, to - from)
    const levels = this.#repetitions
    let at = this.count
    for (let i = from; i < to; i++) {
      const level = repetitions?.[first + i] ?? 0
      if (level === 0) this.rows++
      levels[at++] = level
    }
  }
}

function levelsUpTo(max: number, length: number): Levels {
  return max > 0xff ? new Uint16Array(length) : new Uint8Array(length)
}

function roomFor(levels: Levels, used: number, more: number): Levels {
  if (used + more <= levels.length) return levels
  const grown = levelsUpTo(levels.BYTES_PER_ELEMENT === 1 ? 0 : Number.POSITIVE_INFINITY, (used + more) * 2)
  grown.set(levels.subarray(0, used))
  return grown
}

function encodeLevels(levels: Levels, count: number, max: number, sink: ByteSink): void {
  sink.appendUint32(0)
  const start = sink.length
  encodeHybrid(levels, count, bitWidth(max), sink)
  sink.view.setUint32(start - 4, sink.length - start, true)
}
