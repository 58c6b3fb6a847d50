import { DeltaError } from '../errors.ts'
import type { GetOptions } from './object-store.ts'

export type Range = NonNullable<GetOptions['range']>

/**
 * Refuses a range that no object can satisfy.
 * @throws {DeltaError} `invalid-argument`
 */
export function checkRange(range: Range | undefined): void {
  if (range === undefined) return
  const numbers = 'suffix' in range ? [range.suffix] : [range.start, range.end ?? range.start]
  const inOrder = 'suffix' in range || range.end === undefined || range.end >= range.start
  if (!inOrder || !numbers.every((number) => Number.isSafeInteger(number) && number >= 0)) {
    throw new DeltaError(
      'invalid-argument',
      `${formatRange(range)} is no range of bytes: expected whole numbers ≥ 0, the start not after the end`,
    )
  }
}

/**
 * The bytes `start` (inclusive) to `end` (exclusive) of an object of `size` bytes that a range means.
 * @throws {DeltaError} `invalid-argument` when it starts past the end of the object.
 */
export function resolveRange(range: Range | undefined, size: number, key: string): { start: number; end: number } {
  if (range === undefined) return { start: 0, end: size }
  if ('suffix' in range) return { start: Math.max(0, size - range.suffix), end: size }
  if (range.start > size) {
    throw new DeltaError(
      'invalid-argument',
      `${formatRange(range)} of ${key} starts past its end: it has ${size} bytes`,
    )
  }
  return { start: range.start, end: Math.min(range.end ?? size, size) }
}

function formatRange(range: Range): string {
  return 'suffix' in range ? `the last ${range.suffix} bytes` : `bytes ${range.start} to ${range.end ?? 'the end'}`
}
