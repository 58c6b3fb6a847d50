import type { Metadata, RemoveFile, Txn } from './actions.ts'
import { parseInterval } from './interval.ts'

const DAY = 86_400_000

/* What the properties of a table say about how long things are kept; where they are silent, the defaults of the protocol hold. */

/** How long the log tells of a version, in milliseconds: `delta.logRetentionDuration`. */
export function logRetention(properties: Metadata['configuration']): number {
  return intervalOf(properties['delta.logRetentionDuration']) ?? 30 * DAY
}

/** How long a file stays after it was removed, in milliseconds: `delta.deletedFileRetentionDuration`. */
export function deletedFileRetention(properties: Metadata['configuration']): number {
  return intervalOf(properties['delta.deletedFileRetentionDuration']) ?? 7 * DAY
}

/**
 * Whether a checkpoint must still carry a tombstone: until then a vacuum may spare the file for readers of older versions.
 * @param now milliseconds since 1970.
 */
export function isKeptTombstone(properties: Metadata['configuration'], now: number): (remove: RemoveFile) => boolean {
  const retention = deletedFileRetention(properties)
  return ({ deletionTimestamp = 0 }) => deletionTimestamp > now - retention
}

/** Whether a checkpoint must still carry what an application said: for ever, unless the table sets a limit. */
export function isKeptTxn(properties: Metadata['configuration'], now: number): (txn: Txn) => boolean {
  const retention = intervalOf(properties['delta.setTransactionRetentionDuration'])
  return ({ lastUpdated }) => retention === undefined || lastUpdated === undefined || lastUpdated > now - retention
}

/** A text that is no interval stands for ever: too much is kept then, never too little. */
function intervalOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : (parseInterval(text) ?? Number.POSITIVE_INFINITY)
}
