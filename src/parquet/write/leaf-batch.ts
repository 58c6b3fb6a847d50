import type { Slots } from './node-writer.ts'
import { BATCH_ROWS } from './values/value-writer.ts'

/** Slots of a leaf that are encoded together. */
export interface LeafBatch {
  readonly slots: Slots
  /** The number of the batch's first slot. */
  readonly first: number
  readonly count: number
  /** 1 for each slot of the batch that has a value. */
  readonly present: Uint8Array
  /** How many of them there are. */
  readonly values: number
  /** Whether a row ends with the batch: one that is longer takes several. */
  readonly rowEnds: boolean
}

/** Where the next batch of slots ends: behind a row, unless the row alone is longer than a batch. */
export function batchEnd(repetitions: readonly number[] | undefined, from: number, end: number): number {
  const limit = from + BATCH_ROWS
  if (limit >= end) return end
  if (repetitions === undefined) return limit
  for (let to = limit; to > from; to--) if (repetitions[to] === 0) return to
  return limit
}

/** The end of the row that goes on at slot `at` of the batch; `at` itself where a row begins there. */
export function rowEndFrom({ slots: { repetitions }, first, count }: LeafBatch, at: number): number {
  let end = at
  if (repetitions !== undefined) while (end < count && repetitions[first + end] !== 0) end++
  return end
}

/** How many slots of a part of the batch have a value. */
export function countPresent({ present }: LeafBatch, from: number, to: number): number {
  let count = 0
  for (let i = from; i < to; i++) count += present[i] ?? 0
  return count
}
