import { isDeltaError } from '../errors.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Metadata } from './actions.ts'
import { backoffDelay } from './backoff.ts'
import { checkCommit } from './commit-rules.ts'
import { commitsSince, parseCommits } from './load.ts'
import type { Transaction } from './race.ts'
import { readCommits } from './read-commit.ts'
import { logRetention } from './retention.ts'
import { listCommits } from './segment.ts'
import { pause, type SlotOptions } from './slot.ts'
import type { LoggedCommit, Snapshot } from './snapshot.ts'
import { judgeWinner, type Verdict } from './verdict.ts'

/** A transaction on its way into a log to which others write. */
export interface Race {
  readonly store: ObjectStore
  readonly transaction: Transaction
  readonly options: SlotOptions
}

/** Why a transaction ends here, or the table that it is to follow. */
type Judgement = Verdict | { readonly outcome: 'go-on'; readonly base: Snapshot }

/**
 * Whether commits after a snapshot may have been cleaned up by now. Then a free version says nothing: a commit put there
 * would lie behind the newest checkpoint, where nobody ever reads it. Half of the retention, because clocks differ.
 * @param now milliseconds since 1970.
 */
export function mayBeForgotten({ timestamp, metadata }: Snapshot, now: number): boolean {
  return now - timestamp >= patience(metadata)
}

/** For so many milliseconds what follows a version that was seen is in the log for certain. */
export function patience({ configuration }: Metadata): number {
  return logRetention(configuration) / 2
}

/** Follows whatever was committed after an old snapshot, by one listing. What the log no longer tells is a conflict. */
export async function catchUp(race: Race, base: Snapshot): Promise<Judgement> {
  const { store, options } = race
  try {
    const winners = await commitsSince(store, base, options)
    return winners ? follow(race, base, winners) : forgotten(base)
  } catch (cause) {
    if (isDeltaError(cause)) return { outcome: 'not-committed', cause }
    throw cause
  }
}

function forgotten({ version, location }: Snapshot): Verdict {
  const message = `the log of ${location} no longer tells what followed version ${version}, which we have read: refresh the table, and do it again`
  return { outcome: 'conflict', kind: 'metadata-changed', version, message }
}

/** Judges the winner, waits, and from the second loss on catches up with whoever else won meanwhile. */
export async function rebase(
  race: Race,
  base: Snapshot | null,
  winner: LoggedCommit,
  losses: number,
): Promise<Judgement> {
  const judged = judgeWinner(race.transaction, winner, base, race.store.location)
  if (judged.outcome !== 'go-on') return judged
  const aborted = await pause(backoffDelay(losses, race.options.runtime), race.options)
  if (aborted) return { outcome: 'not-committed', cause: aborted }
  return follow(race, judged.base, losses === 1 ? [] : await commitsAfter(race, judged.base))
}

/** Only a short cut: where it fails, the next attempt meets the same commits one by one. */
async function commitsAfter({ store, options: { signal } }: Race, base: Snapshot): Promise<LoggedCommit[]> {
  try {
    const commits = await listCommits(store, { from: base.version + 1, signal })
    return parseCommits(store, await readCommits(store, commits, signal), base.protocol)
  } catch (error) {
    if (isDeltaError(error)) return []
    throw error
  }
}

/** Judges winners one after the other, then whether the table that they leave still allows what we do. */
function follow({ store, transaction }: Race, base: Snapshot, winners: readonly LoggedCommit[]): Judgement {
  let now = base
  for (const winner of winners) {
    const judged = judgeWinner(transaction, winner, now, store.location)
    if (judged.outcome !== 'go-on') return judged
    now = judged.base
  }
  try {
    checkCommit(transaction.actions, now, store.location)
    return { outcome: 'go-on', base: now }
  } catch (cause) {
    if (isDeltaError(cause)) return { outcome: 'not-committed', cause }
    throw cause
  }
}
