import { DeltaError, isDeltaError } from '../errors.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Protocol } from './actions.ts'
import type { CheckpointFiles } from './checkpoint/choose.ts'
import { type MayHold, readCheckpoint } from './checkpoint/read.ts'
import type { UnreadFiles } from './checkpoint/unread.ts'
import { agreesWithChecksum } from './checksum.ts'
import { replayCommits } from './compacted.ts'
import { type CommitFile, type CompactedFile, type LogListing, listWholeLog } from './listing.ts'
import { parseCommitProtocol } from './parse.ts'
import { checkReadable } from './protocol.ts'
import { readCommitInfo, readCommits } from './read-commit.ts'
import { EMPTY_STATE, Replay, type TableState } from './replay.ts'
import { commitsBetween } from './segment.ts'
import { commitTimes, type Snapshot, snapshotOf } from './snapshot.ts'

/** How many ways to a version are tried when its checksum contradicts them: more would cost more than a doubt is worth. */
const WAYS = 3

export interface ReconstructOptions {
  /** Whether the files of a checkpoint are held; they all are unless said. */
  readonly mayHold?: MayHold | undefined
  readonly signal?: AbortSignal | undefined
}

/** A version that was made out of a log. */
export interface Reconstructed {
  /** The table; where files are unread, what came after them, and all that is said beside files. */
  readonly snapshot: Snapshot
  readonly unread?: UnreadFiles | undefined
}

/**
 * The table at a version, from what its log holds: the newest whole checkpoint up to there and the commits after it. A
 * damaged checkpoint is stood in for by an older one, or by all commits; one that the version's checksum contradicts is,
 * if another way agrees with it. Every way leads to this version or to an error. Where files are left unread, nobody has
 * counted them: then the first way is taken that does not look damaged.
 * @throws {DeltaError} `unsupported` naming the feature for a table that we would misread; `invalid-data` naming the file
 * for a damaged log.
 */
export async function reconstruct(
  store: ObjectStore,
  listing: LogListing,
  version: number,
  options: ReconstructOptions = {},
): Promise<Reconstructed> {
  const { mayHold, signal } = options
  const job = { store, listing, version, mayHold, signal }
  const damages: DeltaError[] = []
  const doubted: Reconstructed[] = []
  for (const way of waysTo(listing, version)) {
    const start = await begin(job, way)
    if ('damage' in start) {
      damages.push(start.damage)
      continue
    }
    const snapshot = await goOn(job, start)
    const made = { snapshot, unread: start.unread }
    if (!isShortCut(start) || start.unread) return made
    const checksum = listing.checksums.get(version)?.key
    if (await agreesWithChecksum(store, checksum, snapshot.state, signal)) return made
    if (doubted.push(made) === WAYS) break
  }
  if (!listing.whole)
    return await reconstruct(store, await listWholeLog(store, { to: version, signal }), version, options)
  // Where every way is contradicted, it is the checksum that is wrong.
  const [best] = doubted
  if (best) return best
  throw irreplaceable(damages)
}

/** A version that is to be made out of a log. */
interface Job {
  readonly store: ObjectStore
  readonly listing: LogListing
  readonly version: number
  readonly mayHold: MayHold | undefined
  readonly signal: AbortSignal | undefined
}

/** From which checkpoint, if any, and through which compacted files. */
interface Way {
  readonly checkpoint: CheckpointFiles | undefined
  readonly compacted: readonly CompactedFile[]
}

interface Start extends Way {
  readonly state: TableState
  readonly unread?: UnreadFiles | undefined
  /** What is to be replayed on the state. */
  readonly commits: readonly CommitFile[]
}

/** From all commits only where the listing has them: else each would be asked for by itself. */
function waysTo({ checkpoints, compacted, whole }: LogListing, version: number): Way[] {
  const usable = checkpoints.filter((checkpoint) => checkpoint.version <= version)
  return [...usable, ...(whole ? [undefined] : [])].flatMap((checkpoint) => {
    const later = compacted.filter(({ from, to }) => from > (checkpoint?.version ?? -1) && to < version)
    const commitByCommit = { checkpoint, compacted: [] }
    return later.length > 0 ? [{ checkpoint, compacted: later }, commitByCommit] : [commitByCommit]
  })
}

/** Reads the checkpoint. Damage is an answer here, as there are other ways. */
async function begin(
  { store, listing, version, mayHold, signal }: Job,
  way: Way,
): Promise<Start | { readonly damage: DeltaError }> {
  const { checkpoint } = way
  try {
    const from = checkpoint ? checkpoint.version + 1 : 0
    const commits = await commitsBetween(store, listing, { from, to: version, signal })
    const contents = checkpoint ? await readCheckpoint(store, checkpoint, { mayHold, signal }) : { state: EMPTY_STATE }
    return { ...way, ...contents, commits }
  } catch (error) {
    if (!isDeltaError(error) || !DAMAGE.has(error.code)) throw error
    return { damage: error }
  }
}

/** Gone since it was listed, broken, or written in a way that we cannot read. */
const DAMAGE: ReadonlySet<string> = new Set(['not-found', 'invalid-data', 'unsupported'])

async function goOn({ store, listing, version, signal }: Job, start: Start): Promise<Snapshot> {
  const { state, checkpoint, commits, compacted } = start
  const replayed = new Replay(state, store.location)
  try {
    const times = await replayCommits(replayed, store, commits, compacted, signal)
    const own = commits.at(-1) ?? listing.commits.find((commit) => commit.version === version)
    const info = commits.length === 0 && own ? await readCommitInfo(store, own, signal) : undefined
    if (info?.inCommitTimestamp !== undefined) times.set(version, info.inCommitTimestamp)
    const timestamp = timeOf(listing, version, times) ?? Math.floor(checkpoint?.files[0]?.lastModified ?? 0)
    const replayedState = replayed.done()
    return snapshotOf({
      location: store.location,
      version,
      timestamp,
      etag: own?.etag,
      checkpoint: checkpoint?.version,
      state: info ? { ...replayedState, commitInfo: info } : replayedState,
    })
  } catch (error) {
    // What a commit says may be news to us because the table is: then that is what the caller must hear.
    if (isDeltaError(error, 'invalid-data')) await refuseUnknown(store, commits, state.protocol, signal)
    throw error
  }
}

function timeOf({ commits }: LogListing, version: number, times: ReadonlyMap<number, number>): number | undefined {
  const earlier = commits.filter((commit) => commit.version <= version)
  if (earlier.at(-1)?.version !== version) return undefined
  return commitTimes(earlier.map((each) => ({ ...each, inCommit: times.get(each.version) }))).at(-1)
}

/** Whether a state was not made of all commits, one by one. */
function isShortCut({ checkpoint, compacted }: Way): boolean {
  return checkpoint !== undefined || compacted.length > 0
}

/** Refuses a table whose newest protocol we do not know. Where it cannot be found out, there is nothing to refuse. */
async function refuseUnknown(
  store: ObjectStore,
  commits: readonly CommitFile[],
  before: Protocol | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  let newest: Protocol | undefined
  try {
    const texts = await readCommits(store, commits, signal)
    newest = texts.map(({ text, file }) => parseCommitProtocol(text, file)).findLast((protocol) => protocol)
  } catch (error) {
    if (!isDeltaError(error)) throw error
  }
  const protocol = newest ?? before
  if (protocol) checkReadable(protocol, undefined, store.location)
}

function irreplaceable(damages: readonly DeltaError[]): unknown {
  const [first] = damages
  if (damages.length < 2 || first === undefined) return first
  const message = `${first.message}; and nothing older can take its place: restore it from a backup`
  const code = first.code === 'not-found' ? 'invalid-data' : first.code
  return new DeltaError(code, message, { ...first.details, cause: first })
}
