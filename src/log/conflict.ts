import { type ConflictKind, isDeltaError, messageOf } from '../errors.ts'
import type { Action, AddFile, RemoveFile } from './actions.ts'
import { canonicalPath } from './data-path.ts'
import { findTableFeature } from './features.ts'
import { checkWritable, readerFeatures, writerFeatures } from './protocol.ts'
import { fileKey } from './replay.ts'
import type { Snapshot } from './snapshot.ts'

/** Our side of a race: what we read and what we want to change. */
export interface Transaction {
  readonly actions: readonly Action[]
  /** Whether the outcome depends on this file of the table, or would have, had it been there. */
  readonly reads: (file: AddFile | RemoveFile) => boolean
  /** Applications whose `txn` version we looked at. */
  readonly appIds: ReadonlySet<string>
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

type Check = (ours: Transaction, winner: Winner, before: Snapshot) => Conflict | undefined

/**
 * Why our transaction must not follow a commit that beat it, or nothing if it may: then the result is as if ours had
 * begun after it. The rules are those of delta-spark's `ConflictChecker` at level Serializable, and a transaction that
 * reads nothing (a blind append) never collides with data. Row tracking is not rebased: such tables are not written.
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
  removedWhatWeRemove,
  addedWhatWeAdd,
]

/** A winner's protocol is harmless if it only adds features that running writes need not know, and we can still write. */
function protocolChanged(ours: Transaction, winner: Winner, before: Snapshot): Conflict | undefined {
  const after = last(winner.actions, (action) => ('protocol' in action ? action.protocol : undefined))
  if (!after) return undefined
  const by = `version ${winner.version} changed the protocol`
  if (ours.actions.some((action) => 'protocol' in action)) return conflict('protocol-changed', `${by}, and so do we`)
  const [old, now] = [featureNames(before.protocol), featureNames(after)]
  const dropped = [...old].find((name) => !now.has(name))
  if (dropped !== undefined) return conflict('protocol-changed', `${by}: it dropped the feature ${dropped}`)
  const added = [...now].find((name) => !old.has(name) && !findTableFeature(name)?.mayJoin)
  if (added !== undefined) return conflict('protocol-changed', `${by}: it added the feature ${added}`)
  try {
    checkWritable(after, metadataOf(winner.actions) ?? before.metadata)
    return undefined
  } catch (error) {
    if (isDeltaError(error)) return conflict('protocol-changed', `${by}: ${messageOf(error)}`)
    throw error
  }
}

function featureNames(protocol: Snapshot['protocol']): Set<string> {
  return new Set([...readerFeatures(protocol), ...writerFeatures(protocol)])
}

function metadataChanged(_: Transaction, winner: Winner): Conflict | undefined {
  if (!metadataOf(winner.actions)) return undefined
  return conflict('metadata-changed', `version ${winner.version} changed the schema or the properties of the table`)
}

function metadataOf(actions: readonly Action[]) {
  return last(actions, (action) => ('metaData' in action ? action.metaData : undefined))
}

function sameDomain(ours: Transaction, winner: Winner): Conflict | undefined {
  const domains = new Set(ours.actions.map((action) => 'domainMetadata' in action && action.domainMetadata.domain))
  for (const action of winner.actions) {
    if (!('domainMetadata' in action) || !domains.has(action.domainMetadata.domain)) continue
    const { domain } = action.domainMetadata
    return conflict(
      'concurrent-transaction',
      `version ${winner.version} wrote the metadata domain ${domain}, and so do we`,
    )
  }
  return undefined
}

function sameApplication(ours: Transaction, winner: Winner): Conflict | undefined {
  for (const action of winner.actions) {
    if (!('txn' in action) || !ours.appIds.has(action.txn.appId)) continue
    const { appId, version } = action.txn
    return conflict(
      'concurrent-transaction',
      `version ${winner.version} brought the application ${appId} to its version ${version}`,
    )
  }
  return undefined
}

/** Rearranging data without changing it (a compaction) does not mind new files. */
function addedWhatWeRead(ours: Transaction, winner: Winner): Conflict | undefined {
  if (!changesData(ours.actions)) return undefined
  for (const action of winner.actions) {
    if (!('add' in action) || !ours.reads(action.add)) continue
    return conflict(
      'concurrent-append',
      `version ${winner.version} added ${action.add.path}, which we should have read`,
    )
  }
  return undefined
}

function changesData(actions: readonly Action[]): boolean {
  return actions.some((action) => {
    if ('add' in action) return action.add.dataChange
    if ('remove' in action) return action.remove.dataChange
    return true
  })
}

function removedWhatWeRead(ours: Transaction, winner: Winner): Conflict | undefined {
  for (const action of winner.actions) {
    if (!('remove' in action) || !ours.reads(action.remove)) continue
    return conflict(
      'concurrent-delete-read',
      `version ${winner.version} removed ${action.remove.path}, which we have read`,
    )
  }
  return undefined
}

function removedWhatWeRemove(ours: Transaction, winner: Winner, { location }: Snapshot): Conflict | undefined {
  const removed = new Set(
    ours.actions.map((action) => 'remove' in action && canonicalPath(action.remove.path, location)),
  )
  for (const action of winner.actions) {
    if (!('remove' in action) || !removed.has(canonicalPath(action.remove.path, location))) continue
    return conflict('concurrent-delete-delete', `version ${winner.version} removed ${action.remove.path}, and so do we`)
  }
  return undefined
}

/** The same staged files committed twice would count once in the table and twice in its change feed. */
function addedWhatWeAdd(ours: Transaction, winner: Winner, { location }: Snapshot): Conflict | undefined {
  const added = new Set(ours.actions.map((action) => 'add' in action && fileKey(action.add, location)))
  for (const action of winner.actions) {
    if (!('add' in action) || !added.has(fileKey(action.add, location))) continue
    return conflict(
      'concurrent-append',
      `version ${winner.version} added ${action.add.path} already: these files are committed`,
    )
  }
  return undefined
}

function conflict(kind: ConflictKind, message: string): Conflict {
  return { kind, message }
}

function last<T>(actions: readonly Action[], pick: (action: Action) => T | undefined): T | undefined {
  return actions.map(pick).findLast((found) => found !== undefined)
}
