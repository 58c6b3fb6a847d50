import { DeltaError, isDeltaError } from '../errors.ts'
import { versionsAround } from '../log/index.ts'
import type { TableEntry } from '../manifest/index.ts'
import type { LoadedTable } from './loaded-table.ts'
import type { SnapshotCache } from './snapshot-cache.ts'

/** Which state of a table a client asks for; the one that the share shows where both are absent. */
export interface PointInTime {
  readonly version?: number | undefined
  /** Milliseconds since 1970. */
  readonly timestamp?: number | undefined
}

/**
 * The state of a shared table that a request is about. Without history shared there is only the one that is shown; with
 * it, those from the entry's start version up to the one that is shown.
 * @throws {DeltaError} `invalid-argument` for a point that is not shared or does not exist.
 */
export async function loadShown(
  snapshots: SnapshotCache,
  entry: TableEntry,
  { version, timestamp }: PointInTime = {},
): Promise<LoadedTable> {
  if (version === undefined && timestamp === undefined) return loadNewest(snapshots, entry)
  checkHistory(entry)
  const newest = await loadNewest(snapshots, entry)
  if (version !== undefined) {
    checkShared(entry, version, newest.version)
    return snapshots.at(entry.location, version)
  }
  const shown = await loadAsOf(snapshots, entry, newest, timestamp ?? 0)
  checkShared(entry, shown.version, newest.version)
  return shown
}

/**
 * The state that an earlier answer was about, for who goes on with it. It needs no history, because it was shown; but what
 * the share has taken back since is not shown again.
 * @throws {DeltaError} `invalid-argument` for a version that is no longer shared, for one of another table, which was put in
 * the place of the first, and for a point in a history that is none.
 */
export async function loadPinned(
  snapshots: SnapshotCache,
  entry: TableEntry,
  point: PointInTime,
  { version, deltaId }: { readonly version: number; readonly deltaId: string },
): Promise<LoadedTable> {
  if (point.version !== undefined || point.timestamp !== undefined) checkHistory(entry)
  const newest = await loadNewest(snapshots, entry)
  const { startVersion = 0 } = entry
  const isShared = newest.version === version || (version >= startVersion && version < newest.version)
  if (!isShared) throw notShownAnyMore(entry)
  const table = newest.version === version ? newest : await snapshots.at(entry.location, version)
  checkSameTable(entry, table, deltaId)
  return table
}

/** @throws {DeltaError} `invalid-argument` where a table is not the one with which an answer began. */
export function checkSameTable(entry: TableEntry, { metadata }: Pick<LoadedTable, 'metadata'>, deltaId: string): void {
  if (metadata.id !== deltaId) throw notShownAnyMore(entry)
}

function notShownAnyMore(entry: TableEntry): DeltaError {
  return new DeltaError(
    'invalid-argument',
    `the version of table ${nameOf(entry)} with which this answer began is no longer shared: begin again without a token`,
  )
}

/**
 * The first shared version that was committed at or after an instant.
 * @throws {DeltaError} `invalid-argument` when history is not shared, or the instant is after the newest version.
 */
export async function firstVersionSince(
  snapshots: SnapshotCache,
  entry: TableEntry,
  timestamp: number,
): Promise<number> {
  checkHistory(entry)
  const newest = await loadNewest(snapshots, entry)
  if (timestamp > newest.timestamp) throw tooLate(entry, timestamp)
  const { startVersion = 0 } = entry
  const { since = newest.version } = await versionsAround(newest.store, { metadata: newest.metadata, timestamp })
  return Math.max(Math.min(since, newest.version), startVersion)
}

function loadNewest(snapshots: SnapshotCache, { location, version }: TableEntry): Promise<LoadedTable> {
  return version === 'latest' ? snapshots.latest(location) : snapshots.at(location, version)
}

async function loadAsOf(
  snapshots: SnapshotCache,
  entry: TableEntry,
  newest: LoadedTable,
  timestamp: number,
): Promise<LoadedTable> {
  if (timestamp > newest.timestamp) throw tooLate(entry, timestamp)
  try {
    return await snapshots.asOf(entry.location, timestamp)
  } catch (cause) {
    if (!isDeltaError(cause, 'not-found')) throw cause
    throw new DeltaError(
      'invalid-argument',
      `table ${nameOf(entry)} has no version at ${new Date(timestamp).toISOString()}: that is before its first one`,
      { cause },
    )
  }
}

/** @throws {DeltaError} `invalid-argument` for a table of which only what is shown may be asked for. */
export function checkHistory(entry: TableEntry): void {
  if (entry.history) return
  throw new DeltaError(
    'invalid-argument',
    `table ${nameOf(entry)} is shared without its history: ask for it without a version or timestamp`,
  )
}

/** @throws {DeltaError} `invalid-argument` for a version before the first or after the last that is shared. */
export function checkShared(entry: TableEntry, version: number, newest: number): void {
  const { startVersion = 0 } = entry
  if (version >= startVersion && version <= newest) return
  throw new DeltaError(
    'invalid-argument',
    `version ${version} of table ${nameOf(entry)} is not available: ask for one from ${startVersion} to ${newest}`,
  )
}

function tooLate(entry: TableEntry, timestamp: number): DeltaError {
  return new DeltaError(
    'invalid-argument',
    `table ${nameOf(entry)} has no version at or after ${new Date(timestamp).toISOString()} yet`,
  )
}

export function nameOf({ schema, name }: TableEntry): string {
  return `${schema}.${name}`
}
