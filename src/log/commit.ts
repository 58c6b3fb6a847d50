import { DeltaError, isDeltaError, throwIfAborted } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Action, AddFile, RemoveFile } from './actions.ts'
import { backoffDelay } from './backoff.ts'
import { commitInfoOf, type OperationInfo } from './commit-info.ts'
import { checkCommit } from './commit-rules.ts'
import type { Transaction } from './conflict.ts'
import { formatCommit } from './format.ts'
import { parseCommits } from './load.ts'
import { readCommits } from './read-commit.ts'
import { listCommits } from './segment.ts'
import { pause, putSlot } from './slot.ts'
import { advance, inCommitTimestamp, type LoggedCommit, type Snapshot } from './snapshot.ts'
import { formatCommitToken } from './token.ts'
import { judgeStart, judgeWinner, type Verdict } from './verdict.ts'

export interface CommitRequest extends OperationInfo {
  /** The table as the transaction read it; null to create version 0. */
  readonly snapshot: Snapshot | null
  /** Everything but `commitInfo`, which the commit adds. */
  readonly actions: readonly Action[]
  /** Which files the transaction read or would have read: all, unless it is a blind append, which reads none. */
  readonly reads?: ((file: AddFile | RemoveFile) => boolean) | undefined
  /** Applications whose `txn` version the transaction looked at, besides those in its own `txn` actions. */
  readonly appIds?: Iterable<string> | undefined
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
 * nothing else. A lost race is judged as delta-spark does; without a conflict the commit follows the winner, after a
 * growing, jittered pause. A `txn` is looked for in the snapshot and in every winner, so that a transaction that a
 * crashed writer left on the wire is not done twice.
 * @throws {DeltaError} `invalid-argument`, `unsupported` for a commit that must not be made, `aborted` before
 * anything was sent.
 */
export async function commit(
  store: ObjectStore,
  request: CommitRequest,
  options: CommitOptions,
): Promise<CommitOutcome> {
  const { metadata } = checkCommit(request.actions, request.snapshot, store.location)
  const transaction = transactionOf(request)
  const txnId = options.runtime.uuid()
  let base = request.snapshot
  const verdict = base && judgeStart(transaction, base)
  if (verdict) return verdict
  throwIfAborted(options.signal)
  for (let attempts = 1; attempts <= MAX_ATTEMPTS; attempts++) {
    const version = base ? base.version + 1 : 0
    const now = options.runtime.now()
    const actions = [{ commitInfo: commitInfoOf(request, { base, metadata, txnId, now }) }, ...request.actions]
    const body = new TextEncoder().encode(formatCommit(actions))
    const slot = await putSlot(store, { version, txnId, body }, options)
    switch (slot.outcome) {
      case 'ours': {
        const logged = { version, actions, lastModified: inCommitTimestamp(actions) ?? now, etag: slot.etag }
        return { outcome: 'committed', version, attempts, snapshot: advance(base, store.location, [logged]) }
      }
      case 'unknown':
        return { outcome: 'unknown', token: formatCommitToken({ version, txnId }), version }
      case 'not-written':
        return { outcome: 'not-committed', cause: slot.cause }
      case 'taken': {
        const rebased = await rebase({ store, transaction, options }, base, slot.commit, attempts)
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

interface Race {
  readonly store: ObjectStore
  readonly transaction: Transaction
  readonly options: CommitOptions
}

/** Judges the winner, waits, and from the second loss on catches up with whoever else won meanwhile. */
async function rebase(
  { store, transaction, options }: Race,
  base: Snapshot | null,
  winner: LoggedCommit,
  losses: number,
): Promise<ReturnType<typeof judgeWinner>> {
  let judged = judgeWinner(transaction, winner, base, store.location)
  if (judged.outcome !== 'go-on') return judged
  const aborted = await pause(backoffDelay(losses, options.runtime), options)
  if (aborted) return { outcome: 'not-committed', cause: aborted }
  if (losses === 1) return judged
  for (const next of await commitsAfter(store, judged.base, options.signal)) {
    judged = judgeWinner(transaction, next, judged.base, store.location)
    if (judged.outcome !== 'go-on') return judged
  }
  return judged
}

/** Only a short cut: where it fails, the next attempt meets the same commits one by one. */
async function commitsAfter(
  store: ObjectStore,
  base: Snapshot,
  signal: AbortSignal | undefined,
): Promise<LoggedCommit[]> {
  try {
    const commits = await listCommits(store, { from: base.version + 1, signal })
    return parseCommits(store, await readCommits(store, commits, signal), base.protocol)
  } catch (error) {
    if (isDeltaError(error)) return []
    throw error
  }
}

function transactionOf(request: CommitRequest): Transaction {
  const { actions, blindAppend } = request
  if (blindAppend && (request.reads || actions.some((action) => 'remove' in action))) {
    throw new DeltaError('invalid-argument', 'a blind append reads nothing and removes nothing: this commit does')
  }
  const appIds = new Set(request.appIds)
  for (const action of actions) if ('txn' in action) appIds.add(action.txn.appId)
  return { actions, appIds, reads: request.reads ?? (() => !blindAppend) }
}
