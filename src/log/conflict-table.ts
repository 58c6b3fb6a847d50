import { isDeltaError, messageOf } from '../errors.ts'
import type { Action, Metadata } from './actions.ts'
import { findTableFeature } from './features.ts'
import { isHarmlessChange } from './metadata-change.ts'
import { checkWritable, featureNames } from './protocol.ts'
import { type Conflict, conflict, type Transaction, type Winner } from './race.ts'
import { ROW_TRACKING_DOMAIN } from './row-tracking.ts'
import type { Snapshot } from './snapshot.ts'

/** A winner's protocol is harmless if it only adds features that running writes need not know, and we can still write. */
export function protocolChanged(ours: Transaction, winner: Winner, before: Snapshot): Conflict | undefined {
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

/** New metadata is harmless to a transaction that brings none of its own, if running writes need not know what changed. */
export function metadataChanged(ours: Transaction, winner: Winner, before: Snapshot): Conflict | undefined {
  const after = metadataOf(winner.actions)
  if (!after) return undefined
  const by = `version ${winner.version} changed the schema or the properties of the table`
  if (ours.actions.some((action) => 'metaData' in action)) return conflict('metadata-changed', `${by}, and so do we`)
  return isHarmlessChange(before.metadata, after) ? undefined : conflict('metadata-changed', by)
}

function metadataOf(actions: readonly Action[]): Metadata | undefined {
  return last(actions, (action) => ('metaData' in action ? action.metaData : undefined))
}

/** The high-water mark of row ids is everybody's: each attempt goes on from the winner's. */
export function sameDomain(ours: Transaction, winner: Winner): Conflict | undefined {
  const domains = new Set(ours.actions.map((action) => 'domainMetadata' in action && action.domainMetadata.domain))
  for (const action of winner.actions) {
    if (!('domainMetadata' in action)) continue
    const { domain } = action.domainMetadata
    if (domain === ROW_TRACKING_DOMAIN || !domains.has(domain)) continue
    const message = `version ${winner.version} wrote the metadata domain ${domain}, and so do we`
    return conflict('concurrent-transaction', message)
  }
  return undefined
}

export function sameApplication(ours: Transaction, winner: Winner): Conflict | undefined {
  for (const action of winner.actions) {
    if (!('txn' in action) || !ours.appIds.has(action.txn.appId)) continue
    const { appId, version } = action.txn
    const message = `version ${winner.version} brought the application ${appId} to its version ${version}`
    return conflict('concurrent-transaction', message)
  }
  return undefined
}

/** Any commit at all, where ours must be the next after its snapshot. */
export function cameBetween(ours: Transaction, winner: Winner): Conflict | undefined {
  if (!ours.exclusive) return undefined
  const message = `version ${winner.version} is another writer's, and this commit may take no other version`
  return conflict('concurrent-append', message)
}

function last<T>(actions: readonly Action[], pick: (action: Action) => T | undefined): T | undefined {
  return actions.map(pick).findLast((found) => found !== undefined)
}
