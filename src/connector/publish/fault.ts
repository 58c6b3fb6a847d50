import { type DeltaError, type DeltaErrorCode, isDeltaError } from '../../errors.ts'

/** What stands against all workflows alike, or goes away when it is tried again. */
const NOT_OF_ONE: ReadonlySet<DeltaErrorCode> = new Set([
  'conflict',
  'commit-unknown',
  'unavailable',
  'rate-limited',
  'unauthenticated',
  'permission-denied',
  'aborted',
])

/** Whether an error is of one workflow alone, and stays when it is tried again: no reason to keep others back. */
export function isFault(error: unknown): error is DeltaError {
  return isDeltaError(error) && !NOT_OF_ONE.has(error.code)
}

/** What one workflow's work failed by; undefined where it was done. @throws what is no fault of one alone. */
export async function faultOf(work: Promise<unknown>): Promise<DeltaError | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (isFault(error)) return error
    throw error
  }
}
