import { isDeltaError } from '../errors.ts'
import type { Share } from '../manifest/index.ts'

/** By what something is looked at: a share, if there is one, as it was when it was loaded. */
interface Shown {
  readonly share: Share | undefined
}

/** How often it is, at most. */
const LOOKS = 4

/**
 * Looks at what a share shows. Whoever publishes meanwhile may delete what it showed before: where something is not there, or what was
 * found is in doubt, and the share moved since, it is looked at once more, by the share as it is by then.
 */
export async function lookAgain<S extends Shown, T>(
  load: () => Promise<S>,
  look: (shown: S) => Promise<T>,
  isInDoubt: (found: T) => boolean = () => false,
): Promise<T> {
  let shown = await load()
  const hasMoved = async (): Promise<boolean> => {
    const before = shown
    shown = await load()
    return shown.share?.generation !== before.share?.generation
  }
  for (let looks = 1; ; looks++) {
    const isLast = looks === LOOKS
    try {
      const found = await look(shown)
      if (!isInDoubt(found) || isLast || !(await hasMoved())) return found
    } catch (error) {
      if (!isDeltaError(error, 'not-found') || isLast || !(await hasMoved())) throw error
    }
  }
}
