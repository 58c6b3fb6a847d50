import { type ConflictKind, isDeltaError } from '../errors.ts'
import type { Action } from './actions.ts'
import { findConflict } from './conflict.ts'
import type { Transaction } from './race.ts'
import { fileKey } from './replay.ts'
import { advance, type LoggedCommit, type Snapshot } from './snapshot.ts'

/** Why a transaction ends without being committed; nothing of it is in the log. */
export type Verdict =
  | { readonly outcome: 'conflict'; readonly kind: ConflictKind; readonly version: number; readonly message: string }
  /** Every `txn` of it is already in the table, at this version or before. */
  | { readonly outcome: 'skipped'; readonly version: number }
  | { readonly outcome: 'not-committed'; readonly cause: unknown }

/** Whether a transaction may be committed on top of the table as it read it; nothing if so. */
export function judgeStart(ours: Transaction, base: Snapshot): Verdict | undefined {
  const { version, location } = base
  const repeated = judgeTxns(ours.actions, base.txnVersion, version)
  if (repeated) return repeated
  for (const action of ours.actions) {
    if (!('add' in action) || !action.add.dataChange || !base.state.files.get(fileKey(action.add, location))) continue
    const message = `${action.add.path} is part of the table at version ${version} already: these files are committed`
    return { outcome: 'conflict', kind: 'concurrent-append', version, message }
  }
  return undefined
}

/**
 * Whether a transaction may follow a commit that beat it.
 * @param base the table just before the winner; null if the winner is version 0.
 * @returns the verdict against it, or the table after the winner, for the next attempt.
 */
export function judgeWinner(
  ours: Transaction,
  winner: LoggedCommit,
  base: Snapshot | null,
  location: string,
): Verdict | { readonly outcome: 'go-on'; readonly base: Snapshot } {
  const { version, actions } = winner
  const repeated = judgeTxns(ours.actions, latestTxn(actions), version)
  if (repeated) return repeated
  if (base === null) {
    const message = `another writer created the table: version 0 of ${location} is taken`
    return { outcome: 'conflict', kind: 'protocol-changed', version, message }
  }
  const conflict = findConflict(ours, winner, base)
  if (conflict) return { outcome: 'conflict', version, ...conflict }
  try {
    return { outcome: 'go-on', base: advance(base, location, [winner]) }
  } catch (cause) {
    // The winner made the table one that we may not touch.
    if (isDeltaError(cause)) return { outcome: 'not-committed', cause }
    throw cause
  }
}

/** A transaction is repeated if the table knows a version of its application that is not older. */
function judgeTxns(
  ours: readonly Action[],
  knownVersion: (appId: string) => number | bigint | undefined,
  version: number,
): Verdict | undefined {
  const txns = ours.flatMap((action) => ('txn' in action ? [action.txn] : []))
  const done = txns.filter((txn) => (knownVersion(txn.appId) ?? Number.NEGATIVE_INFINITY) >= txn.version)
  if (done.length === 0) return undefined
  if (done.length === txns.length) return { outcome: 'skipped', version }
  const names = done.map((txn) => txn.appId).join(', ')
  const message = `the transaction of ${names} is in version ${version} already, others of the same commit are not`
  return { outcome: 'conflict', kind: 'concurrent-transaction', version, message }
}

function latestTxn(actions: readonly Action[]): (appId: string) => number | bigint | undefined {
  const versions = new Map<string, number | bigint>()
  for (const action of actions) if ('txn' in action) versions.set(action.txn.appId, action.txn.version)
  return (appId) => versions.get(appId)
}
