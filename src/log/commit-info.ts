import type { JsonValue } from '../json.ts'
import type { Action, CommitInfo, Metadata } from './actions.ts'
import { isolationLevelOf } from './isolation.ts'
import { isEnabled } from './properties.ts'
import type { Snapshot } from './snapshot.ts'

/** How this library calls itself in a commit: name and version of the package. */
export const ENGINE_INFO = 'deltaquill/0.1.0'

/** What an operation says about itself, for the table's history. */
export interface OperationInfo {
  /** As Spark names it: `WRITE`, `CREATE TABLE`, `DELETE` … */
  readonly operation: string
  readonly operationParameters: Readonly<Record<string, string>>
  readonly operationMetrics?: Readonly<Record<string, string>> | undefined
  /** True if it only adds files and depends on none. */
  readonly blindAppend: boolean
  /** Free text for the history. */
  readonly userMetadata?: string | undefined
}

export interface CommitInfoContext {
  /** The table that the commit follows; null for version 0. */
  readonly base: Snapshot | null
  readonly metadata: Metadata
  readonly txnId: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/**
 * The `commitInfo` of a commit, with the fields and in the order that Spark writes.
 * @param actions all the others of the commit.
 */
export function commitInfoOf(
  info: OperationInfo,
  actions: readonly Action[],
  { base, metadata, txnId, now }: CommitInfoContext,
): CommitInfo {
  const fields: Record<string, JsonValue> = { timestamp: now }
  // Strictly growing, whatever the clocks say (PROTOCOL.md "Writer Requirements for In-Commit Timestamps").
  if (hasInCommitTimestamps(metadata)) fields.inCommitTimestamp = Math.max(now, (base?.timestamp ?? 0) + 1)
  fields.operation = info.operation
  fields.operationParameters = info.operationParameters
  if (base) fields.readVersion = base.version
  fields.isolationLevel = isolationLevelOf(actions, metadata)
  fields.isBlindAppend = info.blindAppend
  if (info.operationMetrics) fields.operationMetrics = info.operationMetrics
  if (info.userMetadata !== undefined) fields.userMetadata = info.userMetadata
  if (isEnabled(metadata.configuration, 'delta.enableRowTracking')) {
    // Rows that are only added, or gone with their file, have lost nothing.
    const moves = ['add', 'remove'].every((name) => actions.some((action) => name in action))
    fields.tags = { 'delta.rowTracking.preserved': String(!moves) }
  }
  fields.engineInfo = ENGINE_INFO
  fields.txnId = txnId
  return fields
}

export function hasInCommitTimestamps({ configuration }: Metadata): boolean {
  return isEnabled(configuration, 'delta.enableInCommitTimestamps')
}
