import { DeltaError, isDeltaError } from '../errors.ts'
import type { ObjectMeta, ObjectStore } from '../store/index.ts'
import { formatCommitPath, formatVersionPrefix, LOG_PREFIX, type LogFile, parseLogPath } from './paths.ts'

/** One commit file as the store knows it. */
export interface CommitFile {
  readonly version: number
  /** Changes whenever the content does. */
  readonly etag: string
  /** Milliseconds since 1970, by the store's clock; may run backwards from one version to the next. */
  readonly lastModified: number
}

export interface CommitRange {
  /** The first version wanted; 0 unless said. */
  readonly from?: number | undefined
  /** The last version wanted, inclusive; the newest unless said. */
  readonly to?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * The commit files of a range of versions, contiguous from its start, by one listing. Empty if `from` is newer than the
 * table.
 * @throws {DeltaError} `not-found` when there is no log; `unsupported` (checkpoint) when commits are gone that only a
 * checkpoint can replace; `invalid-data` naming the version that is missing.
 */
export async function listCommits(store: ObjectStore, range: CommitRange = {}): Promise<CommitFile[]> {
  const { from = 0 } = range
  const { listed, checkpoint } = await listLog(store, range)
  if (listed.length === 0 && from === 0) throw checkpoint ? needsCheckpoint(store, 0) : noTable(store)
  const commits: CommitFile[] = []
  for (const commit of listed) {
    for (let version = from + commits.length; version < commit.version; version++) {
      commits.push(await headCommit(store, version, { checkpoint, newest: commit.version, signal: range.signal }))
    }
    commits.push(commit)
  }
  return commits
}

interface Listing {
  readonly listed: readonly CommitFile[]
  /** Whether there is a checkpoint in the range. */
  readonly checkpoint: boolean
}

async function listLog(store: ObjectStore, { from = 0, to, signal }: CommitRange): Promise<Listing> {
  const listed: CommitFile[] = []
  let checkpoint = false
  const startAfter = from > 0 ? formatVersionPrefix(from) : undefined
  for await (const object of store.list({ prefix: LOG_PREFIX, delimiter: '/', startAfter, signal })) {
    const file = parseLogPath(object.key)
    checkpoint ||= isCheckpoint(file)
    if (file.kind !== 'commit' || file.version < from) continue
    if (to !== undefined && file.version > to) break
    listed.push(commitFile(file.version, object))
  }
  return { listed, checkpoint }
}

function isCheckpoint({ kind }: LogFile): boolean {
  return kind === 'classic-checkpoint' || kind === 'multi-part-checkpoint' || kind === 'v2-checkpoint'
}

/** What the log needs to know about a commit's object. */
export function commitFile(version: number, { etag, lastModified }: ObjectMeta): CommitFile {
  // Some file systems count fractions of a millisecond; a commit's time is a whole number.
  return { version, etag, lastModified: Math.floor(lastModified) }
}

interface Gap {
  readonly checkpoint: boolean
  /** The version behind the gap. */
  readonly newest: number
  readonly signal: AbortSignal | undefined
}

/** A listing that raced with commits may have missed one, so a gap is believed only when the object itself is missing. */
async function headCommit(
  store: ObjectStore,
  version: number,
  { checkpoint, newest, signal }: Gap,
): Promise<CommitFile> {
  try {
    return commitFile(version, await store.head(formatCommitPath(version), { signal }))
  } catch (error) {
    if (!isDeltaError(error, 'not-found')) throw error
    if (checkpoint) throw needsCheckpoint(store, version)
    const file = formatCommitPath(version)
    throw new DeltaError(
      'invalid-data',
      `the log of ${store.location} is damaged: version ${version} is missing (${file}), but version ${newest} is there; restore the file from a backup`,
      { cause: error, file },
    )
  }
}

function needsCheckpoint(store: ObjectStore, version: number): DeltaError {
  return new DeltaError(
    'unsupported',
    `the log of ${store.location} no longer holds version ${version}: the table's state is in a checkpoint, and checkpoints cannot be read yet; read it with another client`,
    { feature: 'checkpoint' },
  )
}

function noTable(store: ObjectStore): DeltaError {
  return new DeltaError(
    'not-found',
    `${store.location} is no Delta table: there is no commit below ${LOG_PREFIX}; check the location, or create the table`,
  )
}
