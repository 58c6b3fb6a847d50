import { addedWhatWeAdd, addedWhatWeRead, removedWhatWeChange, removedWhatWeRead } from './conflict-files.ts'
import { cameBetween, metadataChanged, protocolChanged, sameApplication, sameDomain } from './conflict-table.ts'
import type { Check, Conflict, Transaction, Winner } from './race.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * Why our transaction must not follow a commit that beat it, or nothing if it may: then the result is as if ours had
 * begun after it. The rules, and their order, are those of delta-spark's `ConflictChecker`; `test/log/conflict-matrix.test.ts`
 * holds them cell by cell, with the few places where we differ. A transaction that reads nothing (a blind append) never
 * collides with data. Two more of its steps happen elsewhere: our own commit is known again before it counts as a
 * winner, and row ids and the in-commit timestamp are given anew for every attempt.
 * @param before the table just before the winner.
 */
export function findConflict(ours: Transaction, winner: Winner, before: Snapshot): Conflict | undefined {
  for (const check of CHECKS) {
    const conflict = check(ours, winner, before)
    if (conflict) return conflict
  }
  return undefined
}

const CHECKS: readonly Check[] = [
  protocolChanged,
  metadataChanged,
  sameDomain,
  sameApplication,
  addedWhatWeRead,
  removedWhatWeRead,
  removedWhatWeChange,
  addedWhatWeAdd,
  cameBetween,
]
