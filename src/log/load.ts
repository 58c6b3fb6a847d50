import { DeltaError } from '../errors.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Protocol } from './actions.ts'
import { parseCommit, parseCommitProtocol } from './parse.ts'
import { checkReadable } from './protocol.ts'
import { type CommitText, readCommits } from './read-commit.ts'
import { listCommits } from './segment.ts'
import { advance, commitTimes, type LoggedCommit, type Snapshot } from './snapshot.ts'

export interface LoadOptions {
  /** The version to load; the newest unless said. */
  readonly version?: number | undefined
  /** The newest version that is not younger than this moment, in milliseconds since 1970. Not together with `version`. */
  readonly timestamp?: number | undefined
  /** A snapshot of the same table: only what was committed after it is read. */
  readonly from?: Snapshot | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * A table at its newest version, or at an earlier one. Costs one listing and one GET a commit; from an earlier snapshot,
 * one listing and one GET a commit since.
 * @throws {DeltaError} `not-found` for no table, no such version, or a moment before the first or after the last commit;
 * `unsupported` naming the feature for a table that we would misread; `invalid-data` naming the file for a damaged log.
 */
export async function loadSnapshot(store: ObjectStore, options: LoadOptions = {}): Promise<Snapshot> {
  const { version, timestamp, from, signal } = options
  if (version !== undefined && timestamp !== undefined) {
    throw new DeltaError('invalid-argument', 'a version and a timestamp were given: choose one of them')
  }
  if (version !== undefined && (!Number.isSafeInteger(version) || version < 0)) {
    throw new DeltaError('invalid-argument', `version ${version}: expected a whole number from 0`)
  }
  if (timestamp !== undefined && !Number.isFinite(timestamp)) {
    throw new DeltaError('invalid-argument', `timestamp ${timestamp}: expected milliseconds since 1970`)
  }
  if (from && timestamp === undefined && (version === undefined || version >= from.version)) {
    const refreshed = await refresh(store, from, version, signal)
    if (refreshed) return refreshed
  }
  const commits = await listCommits(store, { to: version, signal })
  const newest = commits.at(-1)?.version ?? 0
  if (version !== undefined && newest < version) throw noVersion(store, version, newest)
  const logged = parseCommits(store, await readCommits(store, commits, signal))
  return advance(null, store.location, timestamp === undefined ? logged : until(store, logged, timestamp))
}

/** The snapshot brought up to date; nothing if the log is not the one that the snapshot came from any more. */
async function refresh(
  store: ObjectStore,
  from: Snapshot,
  to: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Snapshot | undefined> {
  if (to === from.version) return from
  const [known, ...newer] = await listCommits(store, { from: from.version, to, signal })
  // Log cleanup may have taken the version away, or another table may have taken its place.
  if (known === undefined || (from.etag !== undefined && from.etag !== known.etag)) return undefined
  const newest = newer.at(-1)?.version ?? from.version
  if (to !== undefined && newest < to) throw noVersion(store, to, newest)
  return advance(from, store.location, parseCommits(store, await readCommits(store, newer, signal), from.protocol))
}

/**
 * The actions of some commits. The newest protocol is checked before anything else is interpreted.
 * @param protocol the one in force before these commits.
 * @throws {DeltaError} `unsupported`, `invalid-data`.
 */
export function parseCommits(
  { location }: ObjectStore,
  commits: readonly CommitText[],
  protocol?: Protocol,
): LoggedCommit[] {
  const newest = newestProtocol(commits) ?? protocol
  if (newest) checkReadable(newest, undefined, location)
  return commits.map(({ text, file, ...commit }) => ({ ...commit, actions: parseCommit(text, file) }))
}

function newestProtocol(commits: readonly CommitText[]): Protocol | undefined {
  for (const { text, file } of commits.toReversed()) {
    const protocol = parseCommitProtocol(text, file)
    if (protocol) return protocol
  }
  return undefined
}

function until(store: ObjectStore, commits: readonly LoggedCommit[], timestamp: number): LoggedCommit[] {
  const times = commitTimes(commits)
  const first = times[0] ?? 0
  const last = times.at(-1) ?? 0
  if (timestamp < first || timestamp > last) {
    throw new DeltaError(
      'not-found',
      `${store.location} has no version at ${isoTime(timestamp)}: its commits are from ${isoTime(first)} to ${isoTime(last)}`,
    )
  }
  return commits.filter((_, index) => (times[index] ?? 0) <= timestamp)
}

function isoTime(milliseconds: number): string {
  const date = new Date(milliseconds)
  return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString()
}

function noVersion(store: ObjectStore, version: number, newest: number): DeltaError {
  return new DeltaError('not-found', `version ${version} of ${store.location} does not exist: the newest is ${newest}`)
}
