import type { Action, Metadata } from './actions.ts'
import { commitInfoOf, hasInCommitTimestamps, type OperationInfo } from './commit-info.ts'
import { rulesAfter } from './commit-rules.ts'
import { assignsRowIds, withRowIds } from './row-tracking.ts'
import type { Snapshot } from './snapshot.ts'

/** What a caller wants to commit. */
export interface Proposal extends OperationInfo {
  /** Everything but `commitInfo`. */
  readonly actions: readonly Action[]
}

export interface Attempt {
  /** The table that this attempt follows; null for version 0. */
  readonly base: Snapshot | null
  readonly txnId: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/**
 * The actions of one attempt, in full: what depends on the version before (row ids, in-commit timestamp) is made anew for
 * each attempt, so that a commit that lost a race follows the winner as if it had begun after it.
 * @throws {DeltaError} `invalid-argument` for a file that cannot get row ids.
 */
export function prepareCommit(proposal: Proposal, attempt: Attempt): Action[] {
  const { base } = attempt
  const { protocol, metadata } = rulesAfter(proposal.actions, base)
  const actions = assignsRowIds(protocol, metadata) ? withRowIds(proposal.actions, base) : proposal.actions
  const commitInfo = commitInfoOf(proposal, actions, { ...attempt, metadata })
  const { inCommitTimestamp } = commitInfo
  return [
    { commitInfo },
    ...actions.map((action) =>
      'metaData' in action ? { metaData: withEnablement(action.metaData, base, inCommitTimestamp) } : action,
    ),
  ]
}

/**
 * Metadata that says since when a table that exists has in-commit timestamps: readers must not look for them before
 * (PROTOCOL.md "In-Commit Timestamps"). A table that had them from its beginning needs no such properties.
 */
function withEnablement(metadata: Metadata, base: Snapshot | null, timestamp: number | undefined): Metadata {
  const { [ENABLEMENT_VERSION]: version, [ENABLEMENT_TIMESTAMP]: since, ...others } = metadata.configuration
  if (timestamp === undefined)
    return version === undefined && since === undefined ? metadata : { ...metadata, configuration: others }
  if (base === null || hasInCommitTimestamps(base.metadata)) return metadata
  return {
    ...metadata,
    configuration: {
      ...others,
      [ENABLEMENT_VERSION]: String(base.version + 1),
      [ENABLEMENT_TIMESTAMP]: String(timestamp),
    },
  }
}

const ENABLEMENT_VERSION = 'delta.inCommitTimestampEnablementVersion'
const ENABLEMENT_TIMESTAMP = 'delta.inCommitTimestampEnablementTimestamp'
