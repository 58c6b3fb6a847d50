import { foundOrNone, isDeltaError } from '../errors.ts'

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
