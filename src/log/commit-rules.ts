import { DeltaError } from '../errors.ts'
import type { Action, DomainMetadata, Metadata, Protocol } from './actions.ts'
import { canonicalPath } from './data-path.ts'
import { checkProperties, isEnabled } from './properties.ts'
import { checkWritable, featureNames, hasFeature, usedFeatures } from './protocol.ts'
import { fileKey } from './replay.ts'
import { isCheck } from './row-constraints.ts'
import type { Snapshot } from './snapshot.ts'
import { partitionKeys } from './table-schema.ts'

/** The table as it will be after a commit, as far as the commit must obey it. */
export interface Ruleset {
  readonly protocol: Protocol
  readonly metadata: Metadata
}

/**
 * Lets a commit pass that the protocol allows (PROTOCOL.md "Delta Log Entries", "Action Reconciliation").
 * @param base the table that the commit follows; null for version 0.
 * @param location where the table is.
 * @returns the protocol and metadata in force after it.
 * @throws {DeltaError} `invalid-argument` for a commit that contradicts itself or the table; `unsupported` naming the
 * feature for a table that we must not write.
 */
export function checkCommit(actions: readonly Action[], base: Snapshot | null, location: string): Ruleset {
  const rules = rulesAfter(actions, base)
  checkWritable(rules.protocol, rules.metadata, location)
  checkUnique(actions, location)
  const partition = partitionKeys(rules.metadata)
  checkProperties(rules.metadata.configuration, base?.metadata.configuration)
  checkFeatures(actions, rules)
  checkRowTracking(rules.metadata)
  if (base) checkChanges(rules, base)
  checkRowsStay(actions, rules)
  for (const action of actions) {
    if ('domainMetadata' in action) checkDomain(action.domainMetadata, rules.protocol, base)
    if ('commitInfo' in action) throw broken('commitInfo is written by the commit itself')
    if ('add' in action) checkPartition(action.add.path, action.add.partitionValues, partition)
    if ('remove' in action && action.remove.dataChange) checkRemovable(action.remove.path, rules.metadata)
  }
  return rules
}

/** The protocol and metadata in force after some actions. @throws {DeltaError} `invalid-argument` where there are none. */
export function rulesAfter(actions: readonly Action[], base: Snapshot | null): Ruleset {
  let [protocol, metadata] = [base?.protocol, base?.metadata]
  for (const action of actions) {
    if ('protocol' in action) protocol = action.protocol
    if ('metaData' in action) metadata = action.metaData
  }
  if (!protocol || !metadata) throw broken('version 0 must have a protocol and a metaData action')
  return { protocol, metadata }
}

/** At most one action of a kind for each subject. */
function checkUnique(actions: readonly Action[], location: string): void {
  const seen = new Set<string>()
  for (const action of actions) {
    for (const subject of subjectsOf(action, location)) {
      if (seen.has(subject)) throw broken(`it has two actions for ${subject.replace('\0', ' with deletion vector ')}`)
      seen.add(subject)
    }
  }
}

/** A file may be removed and added in one commit only with different deletion vectors: so the key counts for both. */
function subjectsOf(action: Action, location: string): readonly string[] {
  if ('add' in action)
    return [`add ${canonicalPath(action.add.path, location)}`, `file ${fileKey(action.add, location)}`]
  if ('remove' in action) {
    return [`remove ${canonicalPath(action.remove.path, location)}`, `file ${fileKey(action.remove, location)}`]
  }
  if ('txn' in action) return [`txn of ${action.txn.appId}`]
  if ('domainMetadata' in action) return [`domainMetadata of ${action.domainMetadata.domain}`]
  return 'cdc' in action ? [] : Object.keys(action)
}

/** Whoever enables row tracking wants ids for all rows, and whoever suspends it none for new ones. */
function checkRowTracking({ configuration }: Metadata): void {
  const both = ['delta.enableRowTracking', 'delta.rowTrackingSuspended']
  if (!both.every((name) => isEnabled(configuration, name))) return
  throw broken(`${both.join(' and ')} are both true: set one of them to false first`)
}

/** What the schema or the properties use, the protocol must have; only whoever changes one of them answers for it. */
function checkFeatures(actions: readonly Action[], { protocol, metadata }: Ruleset): void {
  if (!actions.some((action) => 'protocol' in action || 'metaData' in action)) return
  const missing = usedFeatures(metadata).find((name) => !hasFeature(protocol, name))
  if (missing !== undefined) throw broken(`it uses the table feature ${missing}, which its protocol does not have`)
}

function checkChanges({ protocol, metadata }: Ruleset, base: Snapshot): void {
  const names = featureNames(protocol)
  const dropped = [...featureNames(base.protocol)].find((name) => !names.has(name))
  if (dropped !== undefined) throw broken(`it drops the table feature ${dropped}, and a protocol never goes down`)
  checkConstraintsStay(metadata, base.metadata)
  const tracks = ({ configuration }: Metadata): boolean => isEnabled(configuration, 'delta.enableRowTracking')
  if (!tracks(metadata) || tracks(base.metadata)) return
  for (const file of base.files()) if (file.baseRowId === undefined) throw untracked(file.path)
}

/** A new constraint holds for all rows, and those that are there already nobody has looked at. */
function checkConstraintsStay({ configuration }: Metadata, before: Metadata): void {
  const added = Object.entries(configuration).find(([property, expression]) => {
    return isCheck(property) && before.configuration[property] !== expression
  })
  if (added === undefined) return
  const message = `checkConstraints: ${added[0]} cannot be set on a table that exists, because its rows would have to be checked; give it when the table is created, or add it with Spark`
  throw new DeltaError('unsupported', message, { feature: 'checkConstraints' })
}

function untracked(path: string): DeltaError {
  const message = `row tracking cannot be enabled: ${path} has no row ids; give delta.enableRowTracking when the table is created, or enable it with Spark`
  return new DeltaError('unsupported', message, { feature: 'rowTracking' })
}

/** Rows that move to another file would lose their ids and versions, which we cannot write beside them. */
function checkRowsStay(actions: readonly Action[], { metadata }: Ruleset): void {
  if (!isEnabled(metadata.configuration, 'delta.enableRowTracking')) return
  const removed = new Set(actions.map((action) => 'remove' in action && action.remove.path))
  const moved = actions.find((action) => 'add' in action && !action.add.dataChange && !removed.has(action.add.path))
  if (moved === undefined || removed.size < 2) return
  const message = 'the table has row tracking: its files cannot be rewritten without losing the ids of their rows'
  throw new DeltaError('unsupported', message, { feature: 'rowTracking' })
}

/** Domains of `delta.` belong to table features, all others to users (PROTOCOL.md "Domain Metadata"). */
function checkDomain({ domain, removed }: DomainMetadata, protocol: Protocol, base: Snapshot | null): void {
  if (!hasFeature(protocol, 'domainMetadata')) {
    throw broken(`it writes the metadata domain ${domain}, and the table lacks the feature domainMetadata`)
  }
  if (domain.toLowerCase().startsWith('delta.')) {
    throw broken(`it writes the metadata domain ${domain}: names that start with "delta." are Delta's own`)
  }
  if (removed && !base?.domainMetadata(domain)) {
    throw broken(`it removes the metadata domain ${domain}, which is not there`)
  }
}

function checkPartition(path: string, values: Readonly<Record<string, unknown>>, partition: readonly string[]): void {
  const keys = Object.keys(values)
  if (keys.length === partition.length && partition.every((key) => Object.hasOwn(values, key))) return
  throw broken(
    `${path} has partition values for (${keys.join(', ')}), the table is partitioned by (${partition.join(', ')})`,
  )
}

function checkRemovable(path: string, metadata: Metadata): void {
  if (!isEnabled(metadata.configuration, 'delta.appendOnly')) return
  throw broken(`it removes rows (${path}), and the table is append-only: set delta.appendOnly to false first`)
}

function broken(what: string): DeltaError {
  return new DeltaError('invalid-argument', `the commit is not valid: ${what}`)
}
