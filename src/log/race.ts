import type { ConflictKind } from '../errors.ts'
import type { Action, AddFile } from './actions.ts'
import type { Snapshot } from './snapshot.ts'

/** Our side of a race: what we read and what we want to change. */
export interface Transaction {
  readonly actions: readonly Action[]
  /** Whether the outcome depends on this file of the table, or would have, had it been there. */
  readonly reads: (file: AddFile) => boolean
  /** Applications whose `txn` version we looked at. */
  readonly appIds: ReadonlySet<string>
  /** Whether it may follow nobody but the snapshot that it read. */
  readonly exclusive?: boolean
}

/** The other side: a commit that took the version we wanted. */
export interface Winner {
  readonly version: number
  readonly actions: readonly Action[]
}

export interface Conflict {
  readonly kind: ConflictKind
  /** What the winner did, where, and which of our doings it collides with. */
  readonly message: string
}

/** One rule of a race. @param before the table just before the winner. */
export type Check = (ours: Transaction, winner: Winner, before: Snapshot) => Conflict | undefined

export function conflict(kind: ConflictKind, message: string): Conflict {
  return { kind, message }
}
