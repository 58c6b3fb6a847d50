import { DeltaError, isDeltaError } from '../errors.ts'
import type { ObjectStore } from '../store/index.ts'
import { isReachable, loadSnapshot } from './load.ts'
import { fileKey } from './replay.ts'
import { lookAt } from './slot.ts'
import type { Snapshot } from './snapshot.ts'
import { type CommitToken, parseCommitToken } from './token.ts'

/** What became of a commit whose answer was lost. */
export type CommitResolution =
  | { readonly outcome: 'committed'; readonly version: number }
  /** Another commit holds the version for good: ours is not in the log and never will be. */
  | { readonly outcome: 'not-committed'; readonly version: number }
  | {
      readonly outcome: 'unknown'
      readonly version: number
      readonly token: string
      /**
       * False: nothing is at the version yet, and ours may still land there; ask again later. True: the log has been
       * cleaned up beyond the version, and whether ours was there before cannot be told any more; look at the rows.
       */
      readonly forgotten: boolean
    }

/**
 * Settles a commit of outcome `unknown`. An `unknown` answer is not a no: only a version that another commit holds is.
 * Where the commit itself has been cleaned up, its `txn` or a data file of it that is still live tells that it landed.
 * @param token from the outcome.
 * @throws {DeltaError} `invalid-argument` for a bad token; `not-found` when the table is gone, or another one lies in its
 * place; `unavailable`, `invalid-data` when the log cannot be read.
 */
export async function resolveCommit(
  store: ObjectStore,
  token: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<CommitResolution> {
  const parsed = parseCommitToken(token)
  const { version } = parsed
  const found = await lookAt(store, parsed, signal)
  switch (found.outcome) {
    case 'ours': {
      if (await isPartOfLog(store, parsed, signal)) return { outcome: 'committed', version }
      const table = await loadSnapshot(store, { signal })
      if (table.metadata.id !== parsed.tableId) throw replaced(store, parsed, table)
      if (hasTraces(table, parsed)) return { outcome: 'committed', version }
      return { outcome: 'unknown', version, token, forgotten: true }
    }
    case 'taken':
      return { outcome: 'not-committed', version }
    case 'absent': {
      const table = await currentTable(store, parsed, signal)
      if (table && table.metadata.id !== parsed.tableId) throw replaced(store, parsed, table)
      if (!table || table.version < version) return { outcome: 'unknown', version, token, forgotten: false }
      if (hasTraces(table, parsed)) return { outcome: 'committed', version }
      // Between the look and the listing others may have come, ours among them: only the second look counts.
      const again = await lookAt(store, parsed, signal)
      if (again.outcome === 'ours' && (await isPartOfLog(store, parsed, signal)))
        return { outcome: 'committed', version }
      if (again.outcome === 'taken') return { outcome: 'not-committed', version }
      return { outcome: 'unknown', version, token, forgotten: true }
    }
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

/**
 * Whether a commit that is there is one of the table: one that was put where the log had been cleaned up is behind the newest
 * checkpoint, where nobody ever reads it, and one that was to create the table may lie below another.
 */
export async function isPartOfLog(
  store: ObjectStore,
  { version, tableId }: Pick<CommitToken, 'version' | 'tableId'>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (version > 0) return isReachable(store, version, signal)
  return (await loadSnapshot(store, { signal })).metadata.id === tableId
}

/** The table as it is now; nothing where the commit was to create it and has not. */
async function currentTable(
  store: ObjectStore,
  { version }: CommitToken,
  signal: AbortSignal | undefined,
): Promise<Snapshot | undefined> {
  try {
    return await loadSnapshot(store, { signal })
  } catch (error) {
    if (version === 0 && isDeltaError(error, 'not-found')) return undefined
    throw error
  }
}

function hasTraces({ state, location, txnVersion }: Snapshot, { file, txn }: CommitToken): boolean {
  if (txn && (txnVersion(txn.appId) ?? Number.NEGATIVE_INFINITY) >= txn.version) return true
  if (file === undefined) return false
  return state.files.get(fileKey({ path: file, dataChange: true }, location)) !== undefined
}

function replaced(store: ObjectStore, { tableId }: CommitToken, { metadata }: Snapshot): DeltaError {
  return new DeltaError(
    'not-found',
    `the commit was sent to the table ${tableId}, and at ${store.location} lies another one, ${metadata.id}: it was dropped or replaced, and nobody can tell any more whether the commit landed`,
  )
}
