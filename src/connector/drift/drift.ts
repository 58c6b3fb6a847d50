import type { Blame, DeltaErrorCode } from '../../errors.ts'
import { isDeltaError } from '../../errors.ts'

/** Something that is not as it should be. A type, so that it counts as JSON. */
export type Drift = {
  /** Which kind, by its name. */
  readonly drift: string
  /** Whether it is as it should be now. */
  readonly mended: boolean
  readonly message: string
  /** Whose move it is, where it is not mended. */
  readonly blame: Blame
  /** What to do then. */
  readonly remedy: string
}

/** A drift, and what mends it; without that, a person is needed. */
export interface Found extends Omit<Drift, 'mended'> {
  readonly mend?: (() => Promise<unknown>) | undefined
}

/** What stands in the way of one mending, and not of the next. */
const OF_ONE: ReadonlySet<DeltaErrorCode> = new Set([
  'invalid-argument',
  'permission-denied',
  'not-found',
  'already-exists',
  'conflict',
  'invalid-data',
])

/** Mends what was found, unless it is only to be told of. @throws {DeltaError} such as `unavailable`: then nothing would help. */
export async function mended({ mend, ...found }: Found, isDry: boolean): Promise<Drift> {
  if (mend === undefined || isDry) return { ...found, mended: false }
  try {
    await mend()
    return { ...found, mended: true }
  } catch (error) {
    if (!isDeltaError(error) || !OF_ONE.has(error.code)) throw error
    return { ...found, mended: false, remedy: error.message, blame: error.details.blame ?? found.blame }
  }
}
