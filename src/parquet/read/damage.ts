import { DeltaError, isDeltaError, messageOf } from '../../errors.ts'
import type { RandomAccess } from './random-access.ts'

/** The error for a file whose bytes break the format. */
export function damaged(file: RandomAccess, what: string, cause?: unknown): DeltaError {
  return new DeltaError('invalid-data', `${file.name} cannot be read: ${what}`, { file: file.name, cause })
}

/** Runs a decoder. Whatever it stumbles over is told with the file's name and the place. @throws {DeltaError} */
export function decoded<Result>(file: RandomAccess, place: string | undefined, decode: () => Result): Result {
  try {
    return decode()
  } catch (error) {
    const message = place === undefined ? messageOf(error) : `${place}: ${messageOf(error)}`
    if (!isDeltaError(error)) throw damaged(file, message, error)
    throw new DeltaError(error.code, `${file.name}: ${message}`, { file: file.name, ...error.details, cause: error })
  }
}

/** So many rows or values are believed in any case: 2^24, an array of 128 MiB. */
const SMALL_COUNT = 2 ** 24
/** Above it, no more than this many a byte: the longest runs of real files have fewer. */
const MOST_PER_BYTE = 2 ** 13

/**
 * Refuses counts that a few bytes claim so that a reader runs out of memory.
 * @throws {RangeError}
 */
export function checkPlausible(count: number, bytes: number): void {
  if (count <= SMALL_COUNT || count <= bytes * MOST_PER_BYTE) return
  throw new RangeError(`${count} rows or values are claimed by ${bytes} bytes`)
}
