import { DeltaError } from '../errors.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Protocol } from './actions.ts'
import { type LogListing, listLog, listLogFrom, listWholeLog } from './listing.ts'
import { parseCommit, parseCommitProtocol } from './parse.ts'
import { checkReadable } from './protocol.ts'
import { type CommitText, readCommits } from './read-commit.ts'
import { type Reconstructed, type ReconstructOptions, reconstruct } from './reconstruct.ts'
import { commitsBetween, newestVersion, noTable, oldestVersion } from './segment.ts'
import { advance, heldBytes, type LoggedCommit, type Snapshot } from './snapshot.ts'
import { versionAt } from './time-travel.ts'

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
 * A table at its newest version, or at an earlier one. Costs one listing (three requests where the log has more than a
 * thousand files), the newest checkpoint, and one GET a commit since; from an earlier snapshot, one listing and one GET a
 * commit since.
 * @throws {DeltaError} `not-found` for no table, a version that is not there or no longer, or a moment before the first or
 * after the last commit; `unsupported` naming the feature for a table that we would misread; `invalid-data` naming the
 * file for a damaged log.
 */
export async function loadSnapshot(store: ObjectStore, options: LoadOptions = {}): Promise<Snapshot> {
  const { from, ...wanted } = options
  return (await load(store, { ...wanted, from: from && { snapshot: from } })).snapshot
}

export interface LoadPartsOptions extends Omit<LoadOptions, 'from'>, ReconstructOptions {
  readonly from?: Reconstructed | undefined
}

/** As {@link loadSnapshot}, but for files that may not be held. */
export async function load(store: ObjectStore, options: LoadPartsOptions): Promise<Reconstructed> {
  const { version, timestamp, from, signal } = options
  if (version !== undefined && timestamp !== undefined) {
    throw new DeltaError('invalid-argument', 'a version and a timestamp were given: choose one of them')
  }
  if (version !== undefined && (!Number.isSafeInteger(version) || version < 0)) {
    throw new DeltaError('invalid-argument', `version ${version}: expected a whole number from 0`)
  }
  if (timestamp !== undefined) {
    if (Number.isFinite(timestamp)) return await loadAt(store, timestamp, options)
    throw new DeltaError('invalid-argument', `timestamp ${timestamp}: expected milliseconds since 1970`)
  }
  if (from && (version === undefined || version >= from.snapshot.version)) {
    const refreshed = await refresh(store, from, options)
    if (refreshed) return refreshed
  }
  const listing = await listLog(store, { to: version, signal })
  const newest = newestVersion(listing)
  if (version === undefined ? newest === undefined : newest !== version || !canReach(listing, version)) {
    throw await noVersion(store, version, signal)
  }
  return await reconstruct(store, listing, newest ?? 0, options)
}

/**
 * What is known of a table, brought up to date; nothing if the log is not the one that it came from any more, or has a
 * newer checkpoint by which less need be held.
 */
async function refresh(
  store: ObjectStore,
  from: Reconstructed,
  { version: to, mayHold = () => true, signal }: LoadPartsOptions,
): Promise<Reconstructed | undefined> {
  const { snapshot, unread } = from
  if (to === snapshot.version) return from
  const later = await whatFollowed(store, snapshot, { to, signal })
  if (later === undefined) return undefined
  const hasNewer = later.checkpoint !== undefined && later.checkpoint > (snapshot.checkpoint ?? -1)
  if (hasNewer && (unread || !(await mayHold(heldBytes(snapshot))))) return undefined
  const commits = await later.commits()
  return commits.length === 0 ? from : { snapshot: advance(snapshot, store.location, commits), unread }
}

interface Until {
  readonly to?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * What was committed after a snapshot, up to a version if one is given, by one listing; nothing if the log does not tell:
 * cleanup may have taken the snapshot's version away, another table its place, or the log may end before `to`.
 * @throws {DeltaError} as {@link loadSnapshot}.
 */
export async function commitsSince(
  store: ObjectStore,
  snapshot: Snapshot,
  until: Until,
): Promise<LoggedCommit[] | undefined> {
  return (await whatFollowed(store, snapshot, until))?.commits()
}

interface Later {
  /** Of the newest checkpoint at or after the snapshot's version. */
  readonly checkpoint: number | undefined
  /** Reads them. */
  commits(): Promise<LoggedCommit[]>
}

async function whatFollowed(
  store: ObjectStore,
  { version, etag, protocol }: Snapshot,
  { to, signal }: Until,
): Promise<Later | undefined> {
  const listing = await listLogFrom(store, version, { to, signal })
  const known = listing.commits.find((commit) => commit.version === version)
  if (known === undefined || known.etag !== etag) return undefined
  const newest = newestVersion(listing) ?? version
  if (to !== undefined && newest < to) return undefined
  return {
    checkpoint: listing.checkpoints[0]?.version,
    async commits() {
      const commits = await commitsBetween(store, listing, { from: version + 1, to: newest, signal })
      return parseCommits(store, await readCommits(store, commits, signal), protocol)
    },
  }
}

/**
 * Whether the log leads up to a version that is in it. A commit that was put where the log had been cleaned up is not a part of
 * the table.
 */
export async function isReachable(
  store: ObjectStore,
  version: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  return canReach(await listLog(store, { to: version, signal }), version)
}

/** Whether there is a beginning for a version: a checkpoint, or the first commit. */
function canReach({ commits, checkpoints }: LogListing, version: number): boolean {
  return commits[0]?.version === 0 || checkpoints.some((checkpoint) => checkpoint.version <= version)
}

async function loadAt(store: ObjectStore, timestamp: number, options: ReconstructOptions): Promise<Reconstructed> {
  const { signal } = options
  const listing = await listWholeLog(store, { signal })
  if (newestVersion(listing) === undefined) throw noTable(store)
  return await reconstruct(store, listing, await versionAt(store, listing, timestamp, signal), options)
}

/** Says why a version, or any, is not there. */
async function noVersion(
  store: ObjectStore,
  version: number | undefined,
  signal: AbortSignal | undefined,
): Promise<DeltaError> {
  const listing = await listWholeLog(store, { signal })
  const [newest, oldest] = [newestVersion(listing), oldestVersion(listing)]
  if (version === undefined || newest === undefined) return noTable(store)
  const which = `version ${version} of ${store.location}`
  if (version > newest) return new DeltaError('not-found', `${which} does not exist: the newest is ${newest}`)
  if (oldest === undefined || version >= oldest) {
    const message = `${which} cannot be read: the log is damaged, and no checkpoint replaces the commits that are missing`
    return new DeltaError('invalid-data', message)
  }
  const message = `${which} is no longer there: the log was cleaned up, and the oldest version that can be read is ${oldest}`
  return new DeltaError('not-found', message)
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
