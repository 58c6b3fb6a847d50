import { isDeltaError } from '../errors.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Action } from './actions.ts'
import type { CommitFile, CompactedFile } from './listing.ts'
import { actionsIn } from './parse.ts'
import { readBodies, readBody } from './read-commit.ts'
import type { Replay } from './replay.ts'

/**
 * Replays commits, oldest first and contiguous, through compacted files where those save requests (PROTOCOL.md "Log
 * Compaction Files"). A compacted file that is damaged is done without. The last commit is read itself: what it says of
 * itself belongs to the snapshot.
 * @returns the in-commit timestamps of the commits that were read, by version.
 * @throws {DeltaError} `invalid-data`, `unavailable`.
 */
export async function replayCommits(
  replayed: Replay,
  store: ObjectStore,
  commits: readonly CommitFile[],
  compacted: readonly CompactedFile[],
  signal?: AbortSignal,
): Promise<Map<number, number>> {
  const times = new Map<number, number>()
  for (const piece of piecesOf(commits, compacted)) {
    const actions = piece.compacted && (await readCompacted(store, piece.compacted, signal))
    if (actions) {
      replayed.commit(actions)
      continue
    }
    for await (const { version, body, file } of readBodies(store, piece.commits, signal)) {
      const info = replayed.commitFile(body, file)
      if (info?.inCommitTimestamp !== undefined) times.set(version, info.inCommitTimestamp)
    }
  }
  return times
}

/** Commits, and the file that may be read instead of them. */
interface Piece {
  readonly commits: CommitFile[]
  readonly compacted?: CompactedFile
}

function piecesOf(commits: readonly CommitFile[], compacted: readonly CompactedFile[]): Piece[] {
  const last = commits.at(-1)?.version ?? 0
  const longest = new Map<number, CompactedFile>()
  for (const file of compacted) {
    const known = longest.get(file.from)
    if (file.to < last && file.to > (known?.to ?? file.from)) longest.set(file.from, file)
  }
  const pieces: Piece[] = []
  for (let index = 0; index < commits.length; ) {
    const file = longest.get(commits[index]?.version ?? -1)
    const covered = commits.slice(index, index + (file ? file.to - file.from + 1 : 1))
    const before = pieces.at(-1)
    if (file) pieces.push({ commits: covered, compacted: file })
    else if (before && !before.compacted) before.commits.push(...covered)
    else pieces.push({ commits: covered })
    index += covered.length
  }
  return pieces
}

/** All that the file says, or nothing where it is damaged or gone: then the commits are read. */
async function readCompacted(
  store: ObjectStore,
  { to, object }: CompactedFile,
  signal: AbortSignal | undefined,
): Promise<Action[] | undefined> {
  try {
    const { body, file } = await readBody(store, object.key, to, signal)
    return [...actionsIn(body, file)]
  } catch (error) {
    if (isDeltaError(error, 'invalid-data') || isDeltaError(error, 'not-found')) return undefined
    throw error
  }
}
