import { DeltaError, isDeltaError } from '../errors.ts'
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
  try {
    const loaded = await snapshots.asOf(entry.location, timestamp)
    const first = loaded.timestamp === timestamp ? loaded.version : loaded.version + 1
    return Math.max(first, startVersion)
  } catch (error) {
    // Before the first version: all of them are after it.
    if (isDeltaError(error, 'not-found')) return startVersion
    throw error
  }
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

function checkHistory(entry: TableEntry): void {
  if (entry.history) return
  throw new DeltaError(
    'invalid-argument',
    `table ${nameOf(entry)} is shared without its history: ask for it without a version or timestamp`,
  )
}

function checkShared(entry: TableEntry, version: number, newest: number): void {
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

function nameOf({ schema, name }: TableEntry): string {
  return `${schema}.${name}`
}
