import { DeltaError, isDeltaError, throwIfAborted } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Action, AddFile } from './actions.ts'
import { catchUp, mayBeForgotten, patience, type Race, rebase } from './catch-up.ts'
import { checkCommit, rulesAfter } from './commit-rules.ts'
import { formatCommit } from './format.ts'
import { type Proposal, prepareCommit } from './prepare.ts'
import type { Transaction } from './race.ts'
import { fileKey } from './replay.ts'
import { isPartOfLog } from './resolve.ts'
import { putSlot } from './slot.ts'
import { advance, inCommitTimestamp, type Snapshot } from './snapshot.ts'
import { type CommitToken, formatCommitToken } from './token.ts'
import { judgeStart, type Verdict } from './verdict.ts'

export interface CommitRequest extends Proposal {
  /** The table as the transaction read it; null to create version 0. */
  readonly snapshot: Snapshot | null
  /**
   * Which files the transaction read or would have read, told by their adds (a predicate on partition values, on
   * statistics, or on the paths of files that were opened): all, unless it is a blind append, which reads none.
   */
  readonly reads?: ((file: AddFile) => boolean) | undefined
  /** Applications whose `txn` version the transaction looked at, besides those in its own `txn` actions. */
  readonly appIds?: Iterable<string> | undefined
  /** Lets it take the very version after its snapshot and no other: who lost that race has a conflict, whatever won. */
  readonly exclusive?: boolean | undefined
}

export interface CommitOptions {
  readonly runtime: Runtime
  /** Stops waiting and retrying, never a request that is under way. */
  readonly signal?: AbortSignal | undefined
}

/** What became of a commit. Only `committed` is in the log by our doing; `unknown` may be, and its token tells later. */
export type CommitOutcome =
  | {
      readonly outcome: 'committed'
      readonly version: number
      /** Versions tried, this one included. */
      readonly attempts: number
      /** The table at this version. */
      readonly snapshot: Snapshot
    }
  | { readonly outcome: 'unknown'; readonly token: string; readonly version: number }
  | Verdict

/** How many versions may be lost to others before we give up. */
const MAX_ATTEMPTS = 100

/**
 * Adds one version to the log: atomically, exactly once, or not at all. When nobody else wrote, it costs one PUT and
 * nothing else, save a listing where the snapshot is so old that the log may have forgotten what came after it. A lost race
 * is judged as delta-spark does; without a conflict the commit follows the winner, after a growing, jittered pause. A
 * `txn` is looked for in the snapshot and in every winner, so that a transaction that a crashed writer left on the wire is
 * not done twice.
 * @throws {DeltaError} `invalid-argument`, `unsupported` for a commit that must not be made, `aborted` before
 * anything was sent.
 */
export async function commit(
  store: ObjectStore,
  request: CommitRequest,
  options: CommitOptions,
): Promise<CommitOutcome> {
  checkCommit(request.actions, request.snapshot, store.location)
  const transaction = transactionOf(request)
  const txnId = options.runtime.uuid()
  let base = request.snapshot
  const verdict = base && judgeStart(transaction, base)
  if (verdict) return verdict
  throwIfAborted(options.signal)
  const race: Race = { store, transaction, options }
  if (base && mayBeForgotten(base, options.runtime.now())) {
    const caughtUp = await catchUp(race, base)
    if (caughtUp.outcome !== 'go-on') return caughtUp
    base = caughtUp.base
  }
  for (let attempts = 1; attempts <= MAX_ATTEMPTS; attempts++) {
    const version = base ? base.version + 1 : 0
    const now = options.runtime.now()
    const actions = prepareCommit(request, { base, txnId, now })
    const body = new TextEncoder().encode(formatCommit(actions))
    const slot = await putSlot(store, { version, txnId, body }, options)
    const token = (): CommitToken => ({ version, txnId, ...tracesOf(actions, base) })
    switch (slot.outcome) {
      case 'ours': {
        const isLate = options.runtime.now() - now >= patience(rulesAfter(actions, base).metadata)
        if (isLate && !(await isThere(store, token(), options.signal))) {
          return { outcome: 'unknown', token: formatCommitToken(token()), version }
        }
        const logged = { version, actions, lastModified: inCommitTimestamp(actions) ?? now, etag: slot.etag }
        return { outcome: 'committed', version, attempts, snapshot: advance(base, store.location, [logged]) }
      }
      case 'unknown':
        return { outcome: 'unknown', token: formatCommitToken(token()), version }
      case 'not-written':
        return { outcome: 'not-committed', cause: slot.cause }
      case 'taken': {
        const rebased = await rebase(race, base, slot.commit, attempts)
        if (rebased.outcome !== 'go-on') return rebased
        base = rebased.base
      }
    }
  }
  const cause = new DeltaError(
    'unavailable',
    `${MAX_ATTEMPTS} versions in a row went to other writers: try again later`,
  )
  return { outcome: 'not-committed', cause }
}

/** Whether a commit that slept on its way, as with its process, landed in the log; where that cannot be found out, nobody knows. */
async function isThere(store: ObjectStore, token: CommitToken, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    return await isPartOfLog(store, token, signal)
  } catch (error) {
    if (isDeltaError(error)) return false
    throw error
  }
}

/** What tells, even after a cleanup of the log, that a commit landed. */
function tracesOf(actions: readonly Action[], base: Snapshot | null): Omit<CommitToken, 'version' | 'txnId'> {
  const { metadata } = rulesAfter(actions, base)
  // Only a file that was not there before is a trace.
  const isNew = (file: AddFile): boolean => !base?.state.files.get(fileKey(file, base.location)) && !file.deletionVector
  const file = actions.flatMap((action) => ('add' in action && isNew(action.add) ? [action.add.path] : []))[0]
  const txn = actions.flatMap((action) => ('txn' in action ? [action.txn] : []))[0]
  return { tableId: base?.metadata.id ?? metadata.id, file, txn: txn && { appId: txn.appId, version: txn.version } }
}

function transactionOf(request: CommitRequest): Transaction {
  const { actions, blindAppend, exclusive = false } = request
  if (blindAppend && (request.reads || actions.some((action) => 'remove' in action))) {
    throw new DeltaError('invalid-argument', 'a blind append reads nothing and removes nothing: this commit does')
  }
  const appIds = new Set(request.appIds)
  for (const action of actions) if ('txn' in action) appIds.add(action.txn.appId)
  return { actions, appIds, reads: request.reads ?? (() => !blindAppend), exclusive }
}
