import { DeltaError } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Action, CommitInfo } from './actions.ts'
import { type CommitFile, type LogListing, listWholeLog } from './listing.ts'
import { actionsIn } from './parse.ts'
import { readBodies } from './read-commit.ts'
import { commitsBetween, newestVersion, noTable } from './segment.ts'
import { commitTimes } from './snapshot.ts'

/** One version in the history of a table. */
export interface HistoryEntry {
  readonly version: number
  /** When it was committed, in milliseconds since 1970; grows strictly from version to version. */
  readonly timestamp: number
  readonly operation?: string
  /** As the writer put them: mostly strings, often JSON text. */
  readonly operationParameters?: JsonValue
  readonly operationMetrics?: JsonValue
  /** All that the writer said about the commit; empty if it said nothing. */
  readonly commitInfo: CommitInfo
}

export interface HistoryOptions {
  /** How many versions at most, the newest ones; all unless said. */
  readonly limit?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * The versions of a table, newest first. Only the commits asked for are read.
 * @throws {DeltaError} `invalid-argument` for a limit that is none; `not-found` for no table; `unsupported`, `invalid-data` as `loadSnapshot`.
 */
export async function loadHistory(store: ObjectStore, options: HistoryOptions = {}): Promise<HistoryEntry[]> {
  const { limit = Number.POSITIVE_INFINITY, signal } = options
  if (limit !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(limit) && limit >= 0)) {
    throw new DeltaError('invalid-argument', `limit ${limit}: expected a whole number of versions from 0`)
  }
  const listing = await listWholeLog(store, { signal })
  const commits = await commitsPresent(store, listing, signal)
  const first = Math.max(0, commits.length - limit)
  const before = commitTimes(commits.slice(0, first)).at(-1)
  const infos: (CommitInfo | undefined)[] = []
  for await (const { body, file } of readBodies(store, commits.slice(first), signal)) {
    infos.push(commitInfoIn(actionsIn(body, file)))
  }
  const logged = commits.slice(first)
  const times = commitTimes(
    logged.map(({ lastModified }, index) => ({ lastModified, inCommit: infos[index]?.inCommitTimestamp })),
    before,
  )
  return logged
    .map(({ version, lastModified }, index) => historyEntry(version, times[index] ?? lastModified, infos[index]))
    .reverse()
}

/**
 * The commits without a gap up to the newest. After log cleanup they begin where the log does: behind a gap that a
 * checkpoint bridges. @throws {DeltaError} `not-found` for no table; `invalid-data` for a gap that none does.
 */
async function commitsPresent(
  store: ObjectStore,
  listing: LogListing,
  signal: AbortSignal | undefined,
): Promise<readonly CommitFile[]> {
  const { commits, checkpoints } = listing
  const newest = newestVersion(listing)
  if (newest === undefined) throw noTable(store)
  const listed = new Set(commits.map(({ version }) => version))
  let from = commits.at(-1)?.version ?? newest
  while (from > 0 && listed.has(from - 1)) from--
  const bridged = from === 0 || checkpoints.some(({ version }) => version >= from - 1)
  const to = commits.at(-1)?.version ?? -1
  return bridged
    ? commits.filter(({ version }) => version >= from)
    : await commitsBetween(store, listing, { from: 0, to, signal })
}

/** Every action is read, so that a damaged commit is not passed over. */
function commitInfoIn(actions: Iterable<Action>): CommitInfo | undefined {
  let found: CommitInfo | undefined
  for (const action of actions) if ('commitInfo' in action) found ??= action.commitInfo
  return found
}

function historyEntry(version: number, timestamp: number, commitInfo: CommitInfo = {}): HistoryEntry {
  const { operation, operationParameters, operationMetrics } = commitInfo
  return {
    version,
    timestamp,
    ...(operation !== undefined && { operation }),
    ...(operationParameters !== undefined && { operationParameters }),
    ...(operationMetrics !== undefined && { operationMetrics }),
    commitInfo,
  }
}
