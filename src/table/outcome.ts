import { DeltaError } from '../errors.ts'
import type { CommitOutcome } from '../log/index.ts'

/** What a verb of a table resolves to: it is in the table now, in this version. */
export interface WriteResult {
  readonly version: number
  readonly rows: number
  readonly files: number
  readonly bytes: number
  /** True when the transaction (`txn`) was in the table already and nothing was written. */
  readonly skipped: boolean
}

/** What a verb resolves to that may take rows away: `rows` are those that it was about. */
export interface RewriteResult extends WriteResult {
  /** Rows that were not in the table before. */
  readonly rowsInserted: number
  /** Rows that were there, and are there with other values. */
  readonly rowsUpdated: number
  /** Rows that are gone; `null` where a file that went whole did not say how many rows it had. */
  readonly rowsDeleted: number | null
  /** Rows that did not change and were written anew, because they shared a file with one that did. */
  readonly rowsCopied: number
  readonly filesRemoved: number
}

/** A write that took nothing away. */
export function insertion(written: WriteResult): RewriteResult {
  const { rows } = written
  return { ...written, rowsInserted: rows, rowsUpdated: 0, rowsDeleted: 0, rowsCopied: 0, filesRemoved: 0 }
}

/**
 * The version that a commit ended in, or the error that tells the caller what to do next.
 * @throws {DeltaError} `conflict`, `unavailable` (nothing was committed) or `commit-unknown` (with a token).
 */
export function settledVersion(outcome: CommitOutcome, location: string): { version: number; skipped: boolean } {
  switch (outcome.outcome) {
    case 'committed':
      return { version: outcome.version, skipped: false }
    case 'skipped':
      return { version: outcome.version, skipped: true }
    case 'conflict':
      throw new DeltaError('conflict', `the commit to ${location} lost a race: ${outcome.message}`, {
        kind: outcome.kind,
      })
    case 'not-committed':
      throw outcome.cause instanceof DeltaError
        ? outcome.cause
        : new DeltaError('unavailable', `nothing was committed to ${location}: the storage failed; try again later`, {
            cause: outcome.cause,
          })
    case 'unknown':
      throw new DeltaError(
        'commit-unknown',
        `the answer to the commit of version ${outcome.version} to ${location} was lost: it may be there or not. Call resolve(token) before you decide; never repeat it blindly`,
        { token: outcome.token },
      )
  }
}
