import { DeltaError } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import type { ObjectStore } from '../store/index.ts'
import type { CommitInfo } from './actions.ts'
import { parseCommit } from './parse.ts'
import { readCommits } from './read-commit.ts'
import { listCommits } from './segment.ts'
import { commitTimes, type LoggedCommit } from './snapshot.ts'

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
  const commits = await listCommits(store, { signal })
  const first = Math.max(0, commits.length - limit)
  const before = commitTimes(commits.slice(0, first).map((commit) => ({ ...commit, actions: [] }))).at(-1)
  const texts = await readCommits(store, commits.slice(first), signal)
  const logged = texts.map(({ text, file, ...commit }) => ({ ...commit, actions: parseCommit(text, file) }))
  const times = commitTimes(logged, before)
  return logged.map((commit, index) => historyEntry(commit, times[index] ?? commit.lastModified)).reverse()
}

function historyEntry({ version, actions }: LoggedCommit, timestamp: number): HistoryEntry {
  const commitInfo = actions.flatMap((action) => ('commitInfo' in action ? [action.commitInfo] : []))[0] ?? {}
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
