import { DeltaError, isDeltaError } from '../errors.ts'
import type { ConnectorContext } from './context.ts'

/** How often a commit may lose its version to somebody else. */
const MAX_ATTEMPTS = 20
const MAX_PAUSE = 500

/**
 * Commits to a table that others commit to at the same time, as often as it takes. Each attempt opens the table anew and
 * looks whether an earlier one, whose answer was lost, is there already.
 * @param what could not be done, as a sentence begins.
 * @throws {DeltaError} `unavailable` when others are always faster, and what `attempt` throws.
 */
export async function commitAgain<T>(
  { runtime, signal }: ConnectorContext,
  what: string,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt()
    } catch (error) {
      if (!isDeltaError(error, 'conflict') && !isDeltaError(error, 'commit-unknown')) throw error
      if (count === MAX_ATTEMPTS) throw alwaysLost(what, error)
    }
    await runtime.sleep(runtime.random() * Math.min(MAX_PAUSE, 10 * 2 ** count), signal)
  }
}

function alwaysLost(what: string, cause: DeltaError): DeltaError {
  return new DeltaError(
    'unavailable',
    `${what}: ${MAX_ATTEMPTS} versions of the table went to others; try it again when fewer runs come in`,
    { cause },
  )
}
