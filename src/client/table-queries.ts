import { type DeltaError, isDeltaError } from '../errors.ts'
import { tableFeatures } from '../log/index.ts'
import {
  CAPABILITIES_HEADER,
  type ChangesQuery,
  foldFeature,
  formatCapabilities,
  formatChangesQuery,
  formatTableQuery,
  formatVersionParameters,
  type TableQuery,
} from '../wire/index.ts'
import { openAnswer, type TableAnswer, versionOf } from './answer.ts'
import { brokenAnswer, type Endpoint } from './endpoint.ts'
import type { SharedState } from './shared-state.ts'
import type { TablePath } from './table-path.ts'

type Query<T> = { readonly [K in keyof T]?: T[K] | undefined }

/** What can be asked about one shared table. Each throws what `Http` and `openAnswer` do. */
export interface TableQueries {
  /** `share.schema.table`. */
  readonly name: string
  /** What is being done, for messages. */
  readonly reading: string
  readonly readingChanges: string
  version(parameters: { readonly startingTimestamp?: number | undefined }, signal?: AbortSignal): Promise<number>
  metadata(point: Query<Pick<TableQuery, 'version' | 'timestamp'>>, signal?: AbortSignal): Promise<TableAnswer>
  files(query: Query<TableQuery>, signal?: AbortSignal): Promise<TableAnswer>
  /** @param became is told what the table became in a later version, in the course of the answer. */
  changes(query: Query<ChangesQuery>, became: (state: SharedState) => void, signal?: AbortSignal): Promise<TableAnswer>
}

/** Both formats, every feature that we read, and a word at the end of a stream by which we know that it is whole. */
const CAPABILITIES = {
  [CAPABILITIES_HEADER]: formatCapabilities({
    formats: ['delta', 'parquet'],
    readerFeatures: new Set(
      tableFeatures
        .filter(({ kind, read }) => kind === 'reader-writer' && read === 'yes')
        .map(({ name }) => foldFeature(name)),
    ),
    includeEndStreamAction: true,
  }),
}

export function tableQueries(server: Endpoint, table: TablePath): TableQueries {
  const name = `${table.share}.${table.schema}.${table.table}`
  const [share, schema, own] = [table.share, table.schema, table.table].map(encodeURIComponent)
  const path = `/shares/${share}/schemas/${schema}/tables/${own}`
  const reading = `reading ${name}`
  const readingChanges = `reading the changes of ${name}`
  return {
    name,
    reading,
    readingChanges,
    version({ startingTimestamp }, signal) {
      const what = `asking for the version of ${name}`
      const query = formatChangesQuery({ startingTimestamp })
      return server.request({ what, path: `${path}/version${query && `?${query}`}`, signal }, async (answer) => {
        answer.body.cancel()
        return versionOf(what, answer)
      })
    },
    metadata(point, signal) {
      const what = `asking for the metadata of ${name}`
      const query = formatVersionParameters(point)
      const request = { what, path: `${path}/metadata${query && `?${query}`}`, headers: CAPABILITIES, signal }
      return server.request(request, async (http) => {
        const answer = await openAnswer(what, http, name)
        answer.cancel()
        return checkVersion(what, answer, point.version)
      })
    },
    async files(query, signal) {
      const what = reading
      const ask = (body: string): Promise<TableAnswer> => {
        const headers = { ...CAPABILITIES, 'content-type': 'application/json' }
        return server.request({ what, path: `${path}/query`, method: 'POST', headers, body, signal }, async (http) =>
          checkVersion(what, await openAnswer(what, http, name), query.version),
        )
      }
      const { jsonHint, sqlHints = [], ...plain } = query
      try {
        return await ask(formatTableQuery(query))
      } catch (error) {
        // Hints must not be what a query fails of: some servers refuse them, or the tables that they can be used with.
        const hasHints = jsonHint !== undefined || sqlHints.length > 0
        if (!hasHints || !(isDeltaError(error, 'invalid-argument') || isRefusal(error))) throw error
        return ask(formatTableQuery(plain))
      }
    },
    changes(query, became, signal) {
      const what = readingChanges
      const request = { what, path: `${path}/changes?${formatChangesQuery(query)}`, headers: CAPABILITIES, signal }
      return server.request(request, (answer) => openAnswer(what, answer, name, became))
    },
  }
}

function isRefusal(error: unknown): error is DeltaError {
  return isDeltaError(error, 'unsupported') || isDeltaError(error, 'malformed-request')
}

function checkVersion(what: string, answer: TableAnswer, asked: number | undefined): TableAnswer {
  if (asked === undefined || answer.version === asked) return answer
  answer.cancel()
  throw brokenAnswer(what, `asked was version ${asked}, and it is about version ${answer.version}`)
}
