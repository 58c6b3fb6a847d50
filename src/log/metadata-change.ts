import { formatSchema, parseSchema, withoutHighWaterMarks } from '../schema/index.ts'
import type { Metadata } from './actions.ts'
import { isEnabled } from './properties.ts'

/**
 * Whether a write that began under `before` may be committed under `after` as it is: nothing but properties changed, and
 * only such that ask nothing of the rows and files of a running write, or that each attempt obeys anew (row ids, in-commit
 * timestamps), or identity values were given out, of which it has none. Wider than delta-spark's list on purpose: nobody's append should fail because a retention was changed.
 */
export function isHarmlessChange(before: Metadata, after: Metadata): boolean {
  if (before.id !== after.id || !isSameSchema(before.schemaString, after.schemaString)) return false
  if (before.format.provider !== after.format.provider) return false
  if (before.partitionColumns.join('\0') !== after.partitionColumns.join('\0')) return false
  const names = new Set([...Object.keys(before.configuration), ...Object.keys(after.configuration)])
  return [...names].every(
    (name) => before.configuration[name] === after.configuration[name] || isHarmless(name, after.configuration),
  )
}

function isSameSchema(before: string, after: string): boolean {
  if (before === after) return true
  const [old, now] = [before, after].map((text) => formatSchema(withoutHighWaterMarks(parseSchema(text))))
  return old === now
}

function isHarmless(name: string, after: Metadata['configuration']): boolean {
  // What is the user's own is nothing to a writer.
  if (!name.toLowerCase().startsWith('delta.') || HARMLESS.has(name)) return true
  // Turning on asks nothing of files that are written already; turning off may be meant to purge the feature.
  return HARMLESS_TO_TURN_ON.has(name) && isEnabled(after, name)
}

const HARMLESS: ReadonlySet<string> = new Set([
  'delta.autoOptimize.autoCompact',
  'delta.autoOptimize.optimizeWrite',
  'delta.checkpoint.writeStatsAsJson',
  'delta.checkpoint.writeStatsAsStruct',
  'delta.checkpointInterval',
  'delta.checkpointPolicy',
  'delta.checkpointRetentionDuration',
  'delta.dataSkippingNumIndexedCols',
  'delta.dataSkippingStatsColumns',
  'delta.dataSkippingStringPrefixLength',
  'delta.deletedFileRetentionDuration',
  'delta.enableExpiredLogCleanup',
  'delta.inCommitTimestampEnablementTimestamp',
  'delta.inCommitTimestampEnablementVersion',
  'delta.logRetentionDuration',
  'delta.parquet.compression.codec',
  'delta.parquet.format.version',
  'delta.randomPrefixLength',
  'delta.randomizeFilePrefixes',
  'delta.rowTracking.materializedRowCommitVersionColumnName',
  'delta.rowTracking.materializedRowIdColumnName',
  'delta.setTransactionRetentionDuration',
  'delta.targetFileSize',
])

const HARMLESS_TO_TURN_ON: ReadonlySet<string> = new Set([
  'delta.enableDeletionVectors',
  'delta.enableInCommitTimestamps',
  'delta.enableRowTracking',
])
