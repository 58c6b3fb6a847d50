import { isDeltaError } from '../errors.ts'

/** Does what deletes something of the catalog: it counts where it is gone already, and is done again where an answer is lost. */
export async function untilGone(remove: () => Promise<void>): Promise<void> {
  try {
    await ignoringAbsence(remove)
  } catch (error) {
    if (!isDeltaError(error, 'unavailable')) throw error
    await ignoringAbsence(remove)
  }
}

async function ignoringAbsence(remove: () => Promise<void>): Promise<void> {
  try {
    await remove()
  } catch (error) {
    if (!isDeltaError(error, 'not-found')) throw error
  }
}
