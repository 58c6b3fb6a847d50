import { DeltaError } from '../errors.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Metadata } from './actions.ts'
import { hasInCommitTimestamps } from './commit-info.ts'
import { type LogListing, listWholeLog } from './listing.ts'
import { readCommitInfo } from './read-commit.ts'
import { reconstruct } from './reconstruct.ts'
import { newestVersion, oldestVersion } from './segment.ts'
import { commitTimes } from './snapshot.ts'

/**
 * The newest version that is not younger than a moment, of a log that is listed whole. In-commit timestamps count from the version
 * on in which they were switched on; before, the times of the store, pushed up where they do not grow (PROTOCOL.md
 * "In-Commit Timestamps").
 * @param timestamp milliseconds since 1970.
 * @throws {DeltaError} `not-found` naming the first and the last moment that the log tells of.
 */
export async function versionAt(
  store: ObjectStore,
  listing: LogListing,
  timestamp: number,
  signal?: AbortSignal,
): Promise<number> {
  const enabled = await inCommitTimesFrom(store, listing, signal)
  const timeline = timelineOf(store, listing, enabled, signal)
  const index = await lastUntil(timeline, timestamp)
  const last = timeline.versions.length - 1
  if (index >= 0 && (index < last || timestamp <= (await timeline.timeAt(last)))) return timeline.versions[index] ?? 0
  const [from, to] = [await timeline.timeAt(0), await timeline.timeAt(last)]
  throw new DeltaError(
    'not-found',
    `${store.location} has no version at ${isoTime(timestamp)}: its commits are from ${isoTime(from)} to ${isoTime(to)}${timeline.note}`,
  )
}

export interface MomentOfTable {
  readonly metadata: Metadata
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly signal?: AbortSignal | undefined
}

/** The newest version that is not younger than a moment; nothing where all are, as far as the log goes back. */
export async function newestVersionUntil(
  store: ObjectStore,
  listing: LogListing,
  { metadata, timestamp, signal }: MomentOfTable,
): Promise<number | undefined> {
  const timeline = timelineOf(store, listing, enabledFrom(metadata), signal)
  return timeline.versions[await lastUntil(timeline, timestamp)]
}

/** Versions by a moment, of those that can be read. */
export interface VersionsByMoment {
  /** The newest that is not younger; nothing where all are. */
  readonly until?: number
  /** The oldest that is not older; nothing where all are. */
  readonly since?: number
}

/**
 * The versions on both sides of a moment; the same one, where it was committed at that very millisecond. Costs a listing of
 * the whole log, and with in-commit timestamps a few commits.
 * @param moment `metadata` is that of any version since in-commit timestamps were switched on, if they were.
 */
export async function versionsAround(store: ObjectStore, moment: MomentOfTable): Promise<VersionsByMoment> {
  const { metadata, timestamp, signal } = moment
  const listing = await listWholeLog(store, { signal })
  const timeline = timelineOf(store, listing, enabledFrom(metadata), signal)
  const index = await lastUntil(timeline, timestamp)
  const isThen = index >= 0 && (await timeline.timeAt(index)) === timestamp
  const [until, since] = [timeline.versions[index], timeline.versions[isThen ? index : index + 1]]
  return { ...(until !== undefined && { until }), ...(since !== undefined && { since }) }
}

function lastUntil({ versions, timeAt }: Timeline, timestamp: number): Promise<number> {
  return lastIndex(versions.length, async (index) => (await timeAt(index)) <= timestamp)
}

/** Versions that can be read, oldest first, and when each was made. */
interface Timeline {
  readonly versions: readonly number[]
  readonly note: string
  timeAt(index: number): Promise<number>
}

/** @param enabled the first version whose in-commit timestamp counts. */
function timelineOf(
  store: ObjectStore,
  listing: LogListing,
  enabled: number,
  signal: AbortSignal | undefined,
): Timeline {
  const oldest = oldestVersion(listing) ?? 0
  const commits = listing.commits.filter(({ version }) => version >= oldest)
  const stored = commitTimes(commits)
  return {
    versions: commits.map(({ version }) => version),
    note: oldest > 0 ? ` (the log was cleaned up: the oldest version that can be read is ${oldest})` : '',
    async timeAt(index) {
      const [commit, time = Number.NaN] = [commits[index], stored[index]]
      if (commit === undefined || commit.version < enabled) return time
      return (await readCommitInfo(store, commit, signal))?.inCommitTimestamp ?? time
    },
  }
}

/** The first version whose in-commit timestamp counts; infinity where the newest commit has none. */
async function inCommitTimesFrom(
  store: ObjectStore,
  listing: LogListing,
  signal: AbortSignal | undefined,
): Promise<number> {
  const newest = listing.commits.at(-1)
  const info = newest && (await readCommitInfo(store, newest, signal))
  if (info?.inCommitTimestamp === undefined) return Number.POSITIVE_INFINITY
  const options = { mayHold: () => false, signal }
  const { snapshot } = await reconstruct(store, listing, newestVersion(listing) ?? 0, options)
  return enablementVersion(snapshot.metadata)
}

function enabledFrom(metadata: Metadata): number {
  return hasInCommitTimestamps(metadata) ? enablementVersion(metadata) : Number.POSITIVE_INFINITY
}

function enablementVersion({ configuration }: Metadata): number {
  const version = Number(configuration['delta.inCommitTimestampEnablementVersion'] ?? 0)
  return Number.isSafeInteger(version) && version >= 0 ? version : 0
}

/** The last of `count` indexes for which something holds that holds for all before it; −1 for none. */
async function lastIndex(count: number, holds: (index: number) => Promise<boolean>): Promise<number> {
  let [low, high] = [-1, count - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (await holds(middle)) low = middle
    else high = middle - 1
  }
  return low
}

function isoTime(milliseconds: number): string {
  const date = new Date(milliseconds)
  return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString()
}
