import { DeltaError } from '../errors.ts'
import type { ObjectStore } from '../store/index.ts'
import { lookAt } from './slot.ts'
import { parseCommitToken } from './token.ts'

/** What became of a commit whose answer was lost. */
export type CommitResolution =
  | { readonly outcome: 'committed'; readonly version: number }
  /** Another commit holds the version for good: ours is not in the log and never will be. */
  | { readonly outcome: 'not-committed'; readonly version: number }
  /** Nothing is at the version yet: ours may still land there. Ask again later. */
  | { readonly outcome: 'unknown'; readonly version: number; readonly token: string }

/**
 * Settles a commit of outcome `unknown`. An `unknown` answer is not a no: only a version that another commit holds is.
 * @param token from the outcome.
 * @throws {DeltaError} `invalid-argument` for a bad token; `unavailable`, `invalid-data` when the version cannot be read.
 */
export async function resolveCommit(
  store: ObjectStore,
  token: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<CommitResolution> {
  const { version, txnId } = parseCommitToken(token)
  const found = await lookAt(store, { version, txnId }, signal)
  switch (found.outcome) {
    case 'ours':
      return { outcome: 'committed', version }
    case 'taken':
      return { outcome: 'not-committed', version }
    case 'absent':
      return { outcome: 'unknown', version, token }
    case 'unreadable':
      if (found.cause instanceof DeltaError) throw found.cause
      throw new DeltaError(
        'unavailable',
        `version ${version} of ${store.location} could not be read: try again later`,
        {
          cause: found.cause,
        },
      )
  }
}
