import { DeltaError, isDeltaError } from '../errors.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Metadata, Protocol } from './actions.ts'
import { type ChangeTelling, type CommitSurvey, type FileChange, fileChanges, surveyCommit } from './commit-changes.ts'
import { firstOfWholeRange } from './first-change.ts'
import { type CommitFile, listLogFrom } from './listing.ts'
import { loadSnapshot } from './load.ts'
import { isEnabled } from './properties.ts'
import { checkReadable } from './protocol.ts'
import { type LogBody, readBodies } from './read-commit.ts'
import { commitsBetween } from './segment.ts'
import { commitTimes, type Snapshot } from './snapshot.ts'

/** What a table is at a version: as much of a snapshot as its changes have to do with. */
export type VersionState = Pick<Snapshot, 'version' | 'timestamp' | 'protocol' | 'metadata'>

/** A range of commits that were looked through: they are all there, and what is said here holds for all of them. */
export interface ChangeRange {
  /** First and last version, both inclusive. */
  readonly from: number
  readonly to: number
  /** The table at the first version. */
  readonly start: VersionState
  /** The table at each later version that changed its metadata or its protocol. */
  readonly later: readonly VersionState[]
  /** Whether a file by which changes are told has a deletion vector. */
  readonly hasDeletionVectors: boolean
  /** What each version changed, in their order; one is in memory at a time. @throws {DeltaError} `invalid-data`. */
  commits(signal?: AbortSignal): AsyncGenerator<CommitChanges>
}

/** What one version changed. */
export interface CommitChanges {
  readonly version: number
  /** When it was committed, in milliseconds since 1970; grows strictly from version to version. */
  readonly timestamp: number
  /** What this version changed the table to, if it did; never of the first version of a range. */
  readonly state?: VersionState
  files(): Iterable<FileChange>
}

export interface ChangesRequest {
  /** First and last version, both inclusive. The last one must be there. */
  readonly from: number
  readonly to: number
  readonly telling: ChangeTelling
  /** The table at a version; loaded from the store unless said. */
  readonly stateAt?: ((version: number) => Promise<VersionState>) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Commits of so many bytes in all are kept while others are looked through: short ranges are read once. */
const KEPT_BYTES = 4 * 1024 * 1024

/**
 * The changes of a range of versions. Costs a listing, the table's state at the first version and one GET a commit; where
 * the commits are large, two.
 * @throws {DeltaError} `not-found`, naming the first version that is left, where the log was cleaned up;
 * `invalid-argument` naming a version in which the change data feed is off, if the feed is asked for; `unsupported` for a
 * protocol that we would misread; `invalid-data` naming the file of a damaged log. The first two do not say where the
 * table is.
 */
export async function loadChanges(store: ObjectStore, request: ChangesRequest): Promise<ChangeRange> {
  const { from, to, telling, signal } = request
  const { stateAt = (version) => loadSnapshot(store, { version, signal }) } = request
  const start = await orCleanedUp(store, request, () => stateAt(from))
  const files = await orCleanedUp(store, request, () => commitsOf(store, request))
  const commits = await surveyAll(store, files, { start, telling, signal })
  const range: ChangeRange = {
    from,
    to,
    start,
    later: commits.flatMap(({ state }) => state ?? []),
    hasDeletionVectors: commits.some(({ survey }) => survey.hasDeletionVectors),
    commits: (signal) => readAgain(store, commits, signal),
  }
  if (telling === 'feed') checkChangeFeed(range)
  return range
}

/** Whether the writers of a table keep what is needed to tell its changes (PROTOCOL.md "Add CDC File"). */
export function hasChangeFeed({ configuration }: Metadata): boolean {
  return isEnabled(configuration, 'delta.enableChangeDataFeed')
}

function checkChangeFeed({ from, to, start, later }: ChangeRange): void {
  const states = [start, ...later]
  const off = states.filter(({ metadata }) => !hasChangeFeed(metadata))
  const [first, last] = [off[0], off.at(-1)]
  if (first === undefined || last === undefined) return
  const on = states.find(({ version }) => version > last.version)
  const next = on ? `ask for versions from ${on.version} on` : 'changes can be read from the version on that sets it'
  throw new DeltaError(
    'invalid-argument',
    `the changes of versions ${from} to ${to} cannot be read: the change data feed is off in version ${first.version} (delta.enableChangeDataFeed is not true); ${next}`,
  )
}

async function commitsOf(store: ObjectStore, { from, to, signal }: ChangesRequest): Promise<CommitFile[]> {
  return commitsBetween(store, await listLogFrom(store, from, { to, signal }), { from, to, signal })
}

/** A version that cannot be made any more, or a commit that is not there, is the work of a cleanup. */
async function orCleanedUp<T>(store: ObjectStore, request: ChangesRequest, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    if (!isDeltaError(cause, 'not-found') && !isDeltaError(cause, 'invalid-data')) throw cause
    const { from, to } = request
    const first = await firstOfWholeRange(store, request)
    const isLeft = first !== undefined && first > from
    if (!isLeft && isDeltaError(cause, 'invalid-data')) throw cause
    const next = isLeft ? `the first version whose changes are there is ${first}` : 'nothing of them is left'
    const message = `the changes of versions ${from} to ${to} cannot be read: the log was cleaned up, and ${next}`
    throw new DeltaError('not-found', message, { cause })
  }
}

/** A commit that was looked through: as little of it as can be, but for its bytes where there was room for them. */
interface SurveyedCommit {
  readonly commit: CommitFile
  readonly timestamp: number
  readonly survey: Pick<CommitSurvey, 'told' | 'hasDeletionVectors'>
  readonly state: VersionState | undefined
  readonly kept: LogBody | undefined
}

async function surveyAll(
  store: ObjectStore,
  commits: readonly CommitFile[],
  {
    start,
    telling,
    signal,
  }: { readonly start: VersionState; readonly telling: ChangeTelling; readonly signal: AbortSignal | undefined },
): Promise<SurveyedCommit[]> {
  const surveyed: SurveyedCommit[] = []
  let [state, bytes] = [start, 0]
  for await (const logBody of readBodies(store, commits, signal)) {
    const { body, file: _, ...commit } = logBody
    const survey = surveyCommit(logBody, telling)
    const timestamp = timeAfter(surveyed.at(-1)?.timestamp, commit, survey) ?? start.timestamp
    const changed = surveyed.length > 0 ? stateAfter(state, commit.version, timestamp, survey) : undefined
    if (changed) checkReadable(changed.protocol, changed.metadata, store.location)
    state = changed ?? state
    bytes += body.byteLength
    const { told, hasDeletionVectors } = survey
    const kept = bytes <= KEPT_BYTES ? logBody : undefined
    surveyed.push({ commit, timestamp, survey: { told, hasDeletionVectors }, state: changed, kept })
  }
  return surveyed
}

/** Nothing for the first: its time is that of the table's state. */
function timeAfter(
  before: number | undefined,
  { lastModified }: CommitFile,
  { commitInfo }: CommitSurvey,
): number | undefined {
  if (before === undefined) return undefined
  return commitTimes([{ lastModified, inCommit: commitInfo?.inCommitTimestamp }], before)[0]
}

function stateAfter(
  before: VersionState,
  version: number,
  timestamp: number,
  { protocol, metadata }: { readonly protocol?: Protocol; readonly metadata?: Metadata },
): VersionState | undefined {
  if (protocol === undefined && metadata === undefined) return undefined
  return { version, timestamp, protocol: protocol ?? before.protocol, metadata: metadata ?? before.metadata }
}

async function* readAgain(
  store: ObjectStore,
  commits: readonly SurveyedCommit[],
  signal: AbortSignal | undefined,
): AsyncGenerator<CommitChanges> {
  const dropped = commits.filter(({ kept }) => kept === undefined).map(({ commit }) => commit)
  const bodies = readBodies(store, dropped, signal)
  try {
    for (const { commit, timestamp, survey, state, kept } of commits) {
      const body = kept ?? (await bodies.next()).value
      const { version } = commit
      yield { version, timestamp, ...(state && { state }), files: () => fileChanges(body, survey, store.location) }
    }
  } finally {
    await bodies.return(undefined)
  }
}
