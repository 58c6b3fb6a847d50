import { DeltaError, isDeltaError } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import type { CheckpointFiles } from './checkpoint/choose.ts'
import { readCheckpoint } from './checkpoint/read.ts'
import { readSidecars } from './checkpoint/sidecars.ts'
import { agreesWithChecksum } from './checksum.ts'
import { hasInCommitTimestamps } from './commit-info.ts'
import { deleteInOrder } from './delete-in-order.ts'
import { type LogListing, listWholeLog } from './listing.ts'
import { loadSnapshot } from './load.ts'
import { formatCommitPath, SIDECAR_PREFIX, sidecarKey } from './paths.ts'
import { checkWritable, hasFeature } from './protocol.ts'
import { logRetention } from './retention.ts'
import { commitsBetween } from './segment.ts'
import { commitTimes, type Snapshot } from './snapshot.ts'
import { integerOf } from './statistics.ts'
import { newestVersionUntil } from './time-travel.ts'

export interface CleanUpOptions {
  readonly runtime: Runtime
  /** Versions that must stay readable, however old they are. */
  readonly keepVersions?: readonly number[] | undefined
  readonly signal?: AbortSignal | undefined
}

const DAY = 86_400_000

/**
 * Deletes what the log no longer needs (PROTOCOL.md "Metadata Cleanup"): all that is older than a checkpoint which is
 * itself older than the retention, `delta.logRetentionDuration` counted back to midnight UTC. Every version within the
 * retention stays readable, as the checkpoint is read before anything goes. The clock of the store and the one of the
 * writers must both say that a version is old. `delta.enableExpiredLogCleanup=false` switches it off.
 * @param known a snapshot of the table, of any version: what the newest one says is what counts.
 * @returns how many objects were deleted.
 * @throws {DeltaError} of the store; `unsupported` for a table that we do not write; `invalid-data` when the log to be kept
 * is damaged. Nothing was deleted then.
 */
export async function cleanUpLog(store: ObjectStore, known: Snapshot, options: CleanUpOptions): Promise<number> {
  const { runtime, signal } = options
  const snapshot = await loadSnapshot(store, { from: known, signal })
  const { protocol, metadata } = snapshot
  checkWritable(protocol, metadata, store.location)
  if (metadata.configuration['delta.enableExpiredLogCleanup']?.toLowerCase() === 'false') return 0
  const listing = await listWholeLog(store, { signal })
  const times = commitTimes(listing.commits)
  // A clock of ours that runs ahead must not make the whole log old.
  const now = Math.min(runtime.now(), times.at(-1) ?? Number.NEGATIVE_INFINITY)
  const job = { store, snapshot, listing, times, now, options }
  const newest = await newestExpendable(job)
  const checkpoint = newest === undefined ? undefined : await checkpointThatStays(job, newest)
  if (checkpoint === undefined) return 0
  const expired = expiredKeys(listing, checkpoint.version)
  await deleteInOrder(store, expired, signal)
  const orphans = await orphanedSidecars(job, checkpoint.version)
  if (orphans.length > 0) await store.delete(orphans, { signal })
  return expired.length + orphans.length
}

interface Job {
  readonly store: ObjectStore
  readonly snapshot: Snapshot
  readonly listing: LogListing
  /** When each of its commits was made, in milliseconds since 1970, by the clock of the store. */
  readonly times: readonly number[]
  /** No later than the newest of them. */
  readonly now: number
  readonly options: CleanUpOptions
}

/** The newest version that need not be readable by the commits before it: what is after it is within the retention. */
async function newestExpendable({ store, snapshot, listing, times, now, options }: Job): Promise<number | undefined> {
  const { keepVersions = [], signal } = options
  const cutoff = Math.floor((now - logRetention(snapshot.metadata.configuration)) / DAY) * DAY
  const index = times.findLastIndex((time) => time <= cutoff)
  const byStore = listing.commits[index]?.version
  if (byStore === undefined) return undefined
  const byWriters = hasInCommitTimestamps(snapshot.metadata)
    ? await newestVersionUntil(store, listing, { metadata: snapshot.metadata, timestamp: cutoff, signal })
    : byStore
  return byWriters === undefined ? undefined : Math.min(byStore, byWriters, ...keepVersions)
}

/**
 * The newest sound checkpoint up to a version, if anything is older than it. The commits after it must all be there.
 * @throws {DeltaError} `invalid-data` when none is sound.
 */
async function checkpointThatStays(job: Job, newest: number): Promise<CheckpointFiles | undefined> {
  const { store, snapshot, listing, options } = job
  const { checkpoints, commits } = listing
  const protectedBefore = protectedVersion(snapshot)
  const usable = checkpoints.filter(({ version }) => version <= newest && version >= protectedBefore)
  let damage: unknown
  for (const checkpoint of usable) {
    const { version } = checkpoint
    if (expiredKeys(listing, version).length === 0) return undefined
    try {
      await commitsBetween(store, listing, { from: version + 1, to: commits.at(-1)?.version ?? version, ...options })
      await checkSound(store, listing, checkpoint, options.signal)
      return checkpoint
    } catch (error) {
      if (!isDeltaError(error, 'invalid-data') && !isDeltaError(error, 'not-found')) throw error
      damage = error
    }
  }
  if (damage !== undefined) throw damage
  return undefined
}

/** Below this version the history may only go as a whole (RFC checkpoint-protection). */
export function protectedVersion({ protocol, metadata }: Snapshot): number {
  if (!hasFeature(protocol, 'checkpointProtection')) return 0
  return integerOf(metadata.configuration['delta.requireCheckpointProtectionBeforeVersion']) ?? 0
}

/** @throws {DeltaError} `invalid-data` for a checkpoint that is damaged, or holds other files than its version's checksum counts. */
export async function checkSound(
  store: ObjectStore,
  { checksums }: Pick<LogListing, 'checksums'>,
  checkpoint: CheckpointFiles,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { state } = await readCheckpoint(store, checkpoint, { signal })
  const checksum = checksums.get(checkpoint.version)?.key
  if (await agreesWithChecksum(store, checksum, state, signal)) return
  const file = checkpoint.files[0]?.key ?? ''
  throw new DeltaError('invalid-data', `the checkpoint ${file} holds other files than ${checksum} counts`, { file })
}

/**
 * What a checkpoint of this version stands for, its own commit not among it. Commits come last, oldest first: so what is
 * left by a run that was cut off is a log that was cleaned up, not one with a hole.
 */
function expiredKeys({ commits, checkpoints, compacted, checksums }: LogListing, version: number): string[] {
  return [
    ...checkpoints.filter((each) => each.version < version).flatMap(({ files }) => files.map(({ key }) => key)),
    ...compacted.filter(({ from }) => from <= version).map(({ object }) => object.key),
    ...Array.from(checksums).flatMap(([of, { key }]) => (of < version ? [key] : [])),
    ...commits.filter((each) => each.version < version).map((each) => formatCommitPath(each.version)),
  ]
}

/** Sidecars that no checkpoint names which stays, and that are too old to belong to one which is being written. */
async function orphanedSidecars({ store, snapshot, listing, now, options }: Job, oldest: number): Promise<string[]> {
  if (!hasFeature(snapshot.protocol, 'v2Checkpoint')) return []
  const { signal } = options
  const old = new Set<string>()
  for await (const { key, lastModified } of store.list({ prefix: SIDECAR_PREFIX, signal })) {
    if (lastModified < now - DAY) old.add(key)
  }
  if (old.size === 0) return []
  for (const checkpoint of listing.checkpoints) {
    if (checkpoint.version < oldest) continue
    for (const { path } of await readSidecars(store, checkpoint, signal)) {
      old.delete(sidecarKey(path))
    }
  }
  return [...old]
}
