import { DeltaError } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import type { ObjectMeta, ObjectStore } from '../store/index.ts'
import { readSidecars } from './checkpoint/sidecars.ts'
import { writeCheckpoint } from './checkpoint/write.ts'
import { checkSound, protectedVersion } from './clean-up.ts'
import { deleteInOrder } from './delete-in-order.ts'
import { type LogListing, listWholeLog } from './listing.ts'
import { loadSnapshot } from './load.ts'
import { formatCommitPath, LOG_PREFIX, parseLogPath, sidecarKey } from './paths.ts'
import { checkWritable } from './protocol.ts'
import { commitsBetween } from './segment.ts'
import type { Snapshot } from './snapshot.ts'

export interface ForgetOptions {
  /** The oldest version that can be read afterwards: all before it is gone for good. */
  readonly before: number
  /** Versions that must stay readable. */
  readonly keepVersions?: readonly number[] | undefined
  readonly runtime: Runtime
  readonly signal?: AbortSignal | undefined
}

export interface ForgottenHistory {
  /** The oldest version that can be read. */
  readonly oldest: number
  /** Objects deleted. */
  readonly deleted: number
}

/**
 * Makes the log forget all versions before one, however young they are: writes a checkpoint of that one, reads it back, and
 * deletes older commits, checkpoints with their sidecars, checksums and compacted files. For erasure, as old commits keep
 * the least and greatest values of files that are long gone. Retention and `delta.enableExpiredLogCleanup` are not asked;
 * whoever reads or writes on the base of an older version at this moment fails. A run that was cut off can be repeated: the
 * log is sound at every moment.
 * @throws {DeltaError} before anything is deleted: `invalid-argument` for a version that is not there yet, or where a
 * version to be kept is older; `not-found` when it is gone already; `unsupported` for a table that we do not write, or
 * whose history may only go as a whole; `invalid-data` when the log to be kept is damaged.
 */
export async function forgetHistory(
  store: ObjectStore,
  known: Snapshot,
  options: ForgetOptions,
): Promise<ForgottenHistory> {
  const { before, runtime, signal } = options
  const newest = await loadSnapshot(store, { from: known, signal })
  checkWritable(newest.protocol, newest.metadata, store.location)
  checkExpendable(newest, options)
  const target = await loadSnapshot(store, { version: before, signal })
  await writeCheckpoint(store, target, { runtime, signal })
  const listing = await listWholeLog(store, { signal })
  await checkStays(store, newest, listing, options)
  const sidecars = await doomedSidecars(store, listing, options)
  const doomed = [...sidecars, ...(await doomedFiles(store, options))]
  await deleteInOrder(store, doomed, signal)
  return { oldest: before, deleted: doomed.length }
}

function checkExpendable(newest: Snapshot, { before, keepVersions = [] }: ForgetOptions): void {
  const what = `the history of ${newest.location} cannot be forgotten before version ${before}`
  if (!Number.isSafeInteger(before) || before < 0 || before > newest.version) {
    const message = `${what}: expected a version from 0 to the newest, ${newest.version}`
    throw new DeltaError('invalid-argument', message)
  }
  const kept = keepVersions.filter((version) => version < before)
  if (kept.length > 0) {
    const message = `${what}: version ${Math.min(...kept)} is to be kept, most likely because a share shows it; let the share show a newer one first`
    throw new DeltaError('invalid-argument', message)
  }
  const least = protectedVersion(newest)
  if (before >= least) return
  const message = `${what} (checkpointProtection): it may only go as a whole, before version ${least} or a later one`
  throw new DeltaError('unsupported', message, { feature: 'checkpointProtection' })
}

/** Every version that stays can be made from the checkpoint and the commits after it. */
async function checkStays(
  store: ObjectStore,
  newest: Snapshot,
  listing: LogListing,
  { before, signal }: ForgetOptions,
): Promise<void> {
  const checkpoints = listing.checkpoints.filter(({ version }) => version === before)
  for (const checkpoint of checkpoints) await checkSound(store, listing, checkpoint, signal)
  if (checkpoints.length === 0) {
    const message = `the checkpoint of version ${before} of ${store.location} was written and is not listed: try again later`
    throw new DeltaError('unavailable', message)
  }
  await commitsBetween(store, listing, { from: before + 1, to: newest.version, signal })
}

/** Those that only older checkpoints name: any other may belong to a checkpoint that is being written. */
async function doomedSidecars(
  store: ObjectStore,
  { checkpoints }: LogListing,
  { before, signal }: ForgetOptions,
): Promise<string[]> {
  const doomed = new Set<string>()
  const stays = new Set<string>()
  for (const checkpoint of checkpoints) {
    if (checkpoint.kind !== 'v2') continue
    for (const { path } of await readSidecars(store, checkpoint, signal)) {
      const named = checkpoint.version < before ? doomed : stays
      named.add(sidecarKey(path))
    }
  }
  return [...doomed].filter((key) => !stays.has(key))
}

/** Commits come last, oldest first: what is left by a run that was cut off is a log without a hole. */
async function doomedFiles(store: ObjectStore, { before, signal }: ForgetOptions): Promise<string[]> {
  const others: string[] = []
  const commits: number[] = []
  for await (const object of store.list({ prefix: LOG_PREFIX, delimiter: '/', signal })) {
    const version = versionToForget(object, before)
    if (version === undefined) continue
    if (parseLogPath(object.key).kind === 'commit') commits.push(version)
    else others.push(object.key)
  }
  return [...others, ...commits.sort((a, b) => a - b).map(formatCommitPath)]
}

function versionToForget({ key }: ObjectMeta, before: number): number | undefined {
  const file = parseLogPath(key)
  if ('from' in file) return file.from <= before ? file.from : undefined
  return 'version' in file && file.version < before ? file.version : undefined
}
