import { foundOrNone, isDeltaError } from '../errors.ts'
import type { Runtime } from '../runtime.ts'

/** Looks for what may have been made just now … */
const MAX_LOOKS = 3
/** … and milliseconds after the first; as many more after the next. */
const PAUSE = 1000

/** Whether what was to be made may be there all the same: made by us, the answer lost, or by another meanwhile. */
export function mayBeMade(error: unknown): boolean {
  return isDeltaError(error, 'already-exists') || isDeltaError(error, 'unavailable')
}

/** Does what done twice holds once, and does it again where an answer is lost. */
export async function untilAnswered<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!isDeltaError(error, 'unavailable')) throw error
    return act()
  }
}

/** Does what deletes something of the catalog: it counts where it is gone already, and is done again where an answer is lost. */
export async function untilGone(remove: () => Promise<void>): Promise<void> {
  await untilAnswered(() => foundOrNone(remove()))
}

/** Looks for what may have been made just now, and again after a moment where it is not seen yet. */
export async function seenSoon<T>(runtime: Runtime, find: () => Promise<T | undefined>): Promise<T | undefined> {
  for (let look = 1; ; look++) {
    const found = await find()
    if (found !== undefined || look === MAX_LOOKS) return found
    await runtime.sleep(look * PAUSE)
  }
}
