import { DeltaError } from '../errors.ts'
import { versionsAround } from '../log/index.ts'
import type { TableEntry } from '../manifest/index.ts'
import type { ChangesQuery } from '../wire/index.ts'
import type { LoadedTable } from './loaded-table.ts'
import { checkHistory, checkShared, firstVersionSince, loadShown, nameOf } from './shown-table.ts'
import type { SnapshotCache } from './snapshot-cache.ts'

/** Which versions' changes an answer tells of: both inclusive, and shared. */
export interface VersionRange {
  readonly from: number
  readonly to: number
}

/** A range of versions, and the table at the newest version that is shown. */
export interface ShownRange extends VersionRange {
  readonly newest: LoadedTable
}

type RangeQuery = Pick<ChangesQuery, 'startingVersion' | 'startingTimestamp' | 'endingVersion' | 'endingTimestamp'>

/**
 * The versions that a query for changes is about. Its end is a wish: nothing that is newer than what is shown is told of.
 * @throws {DeltaError} `invalid-argument` when history is not shared, for a start that is not shared or does not exist, and
 * for an end before it.
 */
export async function shownRange(
  snapshots: SnapshotCache,
  entry: TableEntry,
  { startingVersion, startingTimestamp = 0, endingVersion, endingTimestamp }: RangeQuery,
): Promise<ShownRange> {
  checkHistory(entry)
  const newest = await loadShown(snapshots, entry)
  const from = startingVersion ?? (await firstVersionSince(snapshots, entry, startingTimestamp))
  const end = endingTimestamp === undefined ? endingVersion : await lastVersionUntil(newest, entry, endingTimestamp)
  const to = Math.min(end ?? newest.version, newest.version)
  checkShared(entry, from, newest.version)
  if (from <= to) return { from, to, newest }
  throw new DeltaError(
    'invalid-argument',
    `the changes of table ${nameOf(entry)} were asked for from version ${from} to version ${to}, which is before it`,
  )
}

/**
 * The range with which an answer began, and the table at the version that was the newest then, for who goes on with it.
 * @throws {DeltaError} `invalid-argument` for one that is no longer shared.
 */
export async function pinnedRange(
  snapshots: SnapshotCache,
  entry: TableEntry,
  { from, to, newest }: VersionRange & { readonly newest: number },
): Promise<ShownRange> {
  checkHistory(entry)
  const shown = await loadShown(snapshots, entry)
  for (const version of [from, to, newest]) checkShared(entry, version, shown.version)
  return { from, to, newest: newest === shown.version ? shown : await snapshots.at(entry.location, newest) }
}

async function lastVersionUntil(newest: LoadedTable, entry: TableEntry, timestamp: number): Promise<number> {
  const { until } = await versionsAround(newest.store, { metadata: newest.metadata, timestamp })
  if (until !== undefined) return until
  throw new DeltaError(
    'invalid-argument',
    `table ${nameOf(entry)} has no version at or before ${new Date(timestamp).toISOString()}`,
  )
}
