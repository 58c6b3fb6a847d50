import type { Action, Metadata } from './actions.ts'
import { ROW_TRACKING_DOMAIN } from './row-tracking.ts'

/**
 * How much of what others do a transaction may overlook. At `Serializable` it is as if it had begun after every winner;
 * at `WriteSerializable` it may overlook rows that a blind append brought in meanwhile; at `SnapshotIsolation` all new rows.
 */
export type IsolationLevel = 'Serializable' | 'WriteSerializable' | 'SnapshotIsolation'

/**
 * The level of one transaction: the table's (`delta.isolationLevel`), but `SnapshotIsolation` where no row changes,
 * as in a compaction, which so never minds an append (delta-spark, `OptimisticTransaction`).
 */
export function isolationLevelOf(actions: readonly Action[], metadata: Metadata): IsolationLevel {
  if (!actions.some(changesTable)) return 'SnapshotIsolation'
  const level = metadata.configuration['delta.isolationLevel']?.toLowerCase()
  return level === 'writeserializable' ? 'WriteSerializable' : 'Serializable'
}

function changesTable(action: Action): boolean {
  if ('add' in action) return action.add.dataChange
  if ('remove' in action) return action.remove.dataChange
  if ('domainMetadata' in action) return action.domainMetadata.domain !== ROW_TRACKING_DOMAIN
  return !('cdc' in action)
}
