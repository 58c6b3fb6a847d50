import { DeltaError } from '../errors.ts'
import type { Action, Metadata, Protocol } from './actions.ts'
import { hasInCommitTimestamps } from './commit-info.ts'
import { canonicalPath } from './data-path.ts'
import { checkProperties } from './properties.ts'
import { checkWritable, readerFeatures, writerFeatures } from './protocol.ts'
import { fileKey } from './replay.ts'
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
  if (base) checkChanges(rules, base)
  for (const action of actions) {
    if ('commitInfo' in action) throw broken('commitInfo is written by the commit itself')
    if ('add' in action) checkPartition(action.add.path, action.add.partitionValues, partition)
    if ('remove' in action && action.remove.dataChange) checkRemovable(action.remove.path, rules.metadata)
  }
  return rules
}

function rulesAfter(actions: readonly Action[], base: Snapshot | null): Ruleset {
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

function checkChanges({ protocol, metadata }: Ruleset, base: Snapshot): void {
  const names = new Set([...readerFeatures(protocol), ...writerFeatures(protocol)])
  const dropped = [...readerFeatures(base.protocol), ...writerFeatures(base.protocol)].find((name) => !names.has(name))
  if (dropped !== undefined) throw broken(`it drops the table feature ${dropped}, and a protocol never goes down`)
  if (hasInCommitTimestamps(metadata) !== hasInCommitTimestamps(base.metadata)) {
    throw new DeltaError(
      'unsupported',
      `in-commit timestamps cannot be turned on or off on an existing table yet: leave delta.enableInCommitTimestamps as it is`,
      { feature: 'inCommitTimestamp' },
    )
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
  if (metadata.configuration['delta.appendOnly']?.toLowerCase() !== 'true') return
  throw broken(`it removes rows (${path}), and the table is append-only: set delta.appendOnly to false first`)
}

function broken(what: string): DeltaError {
  return new DeltaError('invalid-argument', `the commit is not valid: ${what}`)
}
