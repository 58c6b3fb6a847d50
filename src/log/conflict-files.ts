import type { Action, AddFile } from './actions.ts'
import { canonicalPath } from './data-path.ts'
import { isolationLevelOf } from './isolation.ts'
import { type Conflict, conflict, type Transaction, type Winner } from './race.ts'
import { fileKey } from './replay.ts'
import type { Snapshot } from './snapshot.ts'

/** New files matter to a transaction that would have read them, as far as its level of isolation says. */
export function addedWhatWeRead(ours: Transaction, winner: Winner, before: Snapshot): Conflict | undefined {
  const level = isolationLevelOf(ours.actions, before.metadata)
  if (level === 'SnapshotIsolation') return undefined
  const changesMetadata = ours.actions.some((action) => 'metaData' in action)
  if (level === 'WriteSerializable' && !changesMetadata && isBlindAppend(winner.actions)) return undefined
  const added = adds(winner.actions).find((add) => isNew(add, before) && ours.reads(add))
  if (added === undefined) return undefined
  return conflict('concurrent-append', `version ${winner.version} added ${added.path}, which we should have read`)
}

/** As its writer says: the actions do not show what was read. */
function isBlindAppend(actions: readonly Action[]): boolean {
  return actions.some((action) => 'commitInfo' in action && action.commitInfo.isBlindAppend === true)
}

/** A live file that is added again only gets other statistics, tags or row ids: a backfill of row tracking does that. */
function isNew(add: AddFile, { state, location }: Snapshot): boolean {
  return state.files.get(fileKey(add, location)) === undefined
}

/** What we read of a file that is removed is told by its add: the remove may lack partition values. */
export function removedWhatWeRead(
  ours: Transaction,
  winner: Winner,
  { state, location }: Snapshot,
): Conflict | undefined {
  for (const action of winner.actions) {
    if (!('remove' in action)) continue
    const file = state.files.get(fileKey(action.remove, location))
    if (file === undefined || !ours.reads(file)) continue
    const message = `version ${winner.version} removed ${action.remove.path}, which we have read`
    return conflict('concurrent-delete-read', message)
  }
  return undefined
}

/** A file that is gone can be neither removed once more nor added again with another deletion vector. */
export function removedWhatWeChange(ours: Transaction, winner: Winner, { location }: Snapshot): Conflict | undefined {
  const changed = new Set(ours.actions.map((action) => pathOf(action, location)))
  for (const action of winner.actions) {
    if (!('remove' in action) || !changed.has(canonicalPath(action.remove.path, location))) continue
    return conflict('concurrent-delete-delete', `version ${winner.version} removed ${action.remove.path}, and so do we`)
  }
  return undefined
}

function pathOf(action: Action, location: string): string | undefined {
  if ('add' in action) return canonicalPath(action.add.path, location)
  return 'remove' in action ? canonicalPath(action.remove.path, location) : undefined
}

/** The same staged files committed twice would count once in the table and twice in its change feed. */
export function addedWhatWeAdd(ours: Transaction, winner: Winner, { location }: Snapshot): Conflict | undefined {
  const added = new Set(adds(ours.actions).map((add) => fileKey(add, location)))
  const again = adds(winner.actions).find((add) => added.has(fileKey(add, location)))
  if (again === undefined) return undefined
  const message = `version ${winner.version} added ${again.path} already: these files are committed`
  return conflict('concurrent-append', message)
}

function adds(actions: readonly Action[]): AddFile[] {
  return actions.flatMap((action) => ('add' in action ? [action.add] : []))
}
