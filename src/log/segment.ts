import { DeltaError, foundOrNone } from '../errors.ts'
import type { ObjectStore } from '../store/index.ts'
import { type CommitFile, commitFile, type LogListing, listLogFrom } from './listing.ts'
import { formatCommitPath, LOG_PREFIX } from './paths.ts'

export interface CommitRange {
  /** The first version wanted. */
  readonly from: number
  readonly signal?: AbortSignal | undefined
}

/**
 * The commit files from a version on, contiguous, by one listing. Empty if `from` is newer than the table.
 * @throws {DeltaError} `invalid-data` naming the version that is missing.
 */
export async function listCommits(store: ObjectStore, { from, signal }: CommitRange): Promise<CommitFile[]> {
  const listing = await listLogFrom(store, from, { signal })
  return commitsBetween(store, listing, { from, to: listing.commits.at(-1)?.version ?? from - 1, signal })
}

/**
 * The commits `from` to `to`, both inclusive, without a gap. A listing that raced with commits may have missed one, so a
 * gap is believed only when the object itself is missing.
 * @throws {DeltaError} `invalid-data` naming the version that is missing.
 */
export async function commitsBetween(
  store: ObjectStore,
  listing: LogListing,
  { from, to, signal }: CommitRange & { readonly to: number },
): Promise<CommitFile[]> {
  const listed = new Map(listing.commits.map((commit) => [commit.version, commit]))
  const commits: CommitFile[] = []
  for (let version = from; version <= to; version++) {
    commits.push(listed.get(version) ?? (await headCommit(store, version, signal)) ?? missing(store, version, to))
  }
  return commits
}

async function headCommit(
  store: ObjectStore,
  version: number,
  signal: AbortSignal | undefined,
): Promise<CommitFile | undefined> {
  const found = await foundOrNone(store.head(formatCommitPath(version), { signal }))
  return found && commitFile(version, found)
}

function missing(store: ObjectStore, version: number, newest: number): never {
  const file = formatCommitPath(version)
  throw new DeltaError(
    'invalid-data',
    `the log of ${store.location} is damaged: version ${version} is missing (${file}), but version ${newest} is there; restore the file from a backup`,
    { file },
  )
}

/** The newest version that a log tells of; nothing for an empty one. */
export function newestVersion({ commits, checkpoints }: LogListing): number | undefined {
  const versions = [commits.at(-1)?.version, checkpoints[0]?.version].filter((version) => version !== undefined)
  return versions.length === 0 ? undefined : Math.max(...versions)
}

/** The oldest version that can still be made, of a log that is listed whole; nothing if none can. */
export function oldestVersion({ commits, checkpoints }: LogListing): number | undefined {
  return commits[0]?.version === 0 ? 0 : checkpoints.at(-1)?.version
}

export function noTable(store: ObjectStore): DeltaError {
  return new DeltaError(
    'not-found',
    `${store.location} is no Delta table: there is no commit below ${LOG_PREFIX}; check the location, or create the table`,
  )
}
