import { foundOrNone, isDeltaError } from '../errors.ts'
import type { Runtime } from '../runtime.ts'

/** Looks at what may have been done just now … */
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

/** Looks whether what may have been done just now is seen, and again after a moment where it is not yet. @returns what it saw last. */
export async function seenSoon<T extends object | undefined | boolean>(
  runtime: Runtime,
  look: () => Promise<T>,
): Promise<T> {
  for (let looks = 1; ; looks++) {
    const seen = await look()
    if (seen || looks === MAX_LOOKS) return seen
    await runtime.sleep(looks * PAUSE)
  }
}
