import { formatHints, parseFilter } from '../predicate/index.ts'
import { type FileToRead, pruneFiles, type ReadRequest } from '../scan/index.ts'
import type { RowValueOptions } from '../schema/index.ts'
import { AnswerFiles, type OpenFile, type Question } from './answer-files.ts'
import type { Http } from './http.ts'
import { readAhead } from './read-ahead.ts'
import { remoteFile } from './remote-file.ts'
import type { SharedState } from './shared-state.ts'
import type { TableQueries } from './table-queries.ts'

/** A point in a table's history, where the provider shares it: a version, or the newest version at a time. */
export interface SharedTimeTravel {
  readonly version?: number | undefined
  /** Milliseconds since 1970, or a `Date`. */
  readonly timestamp?: number | Date | undefined
}

export interface SharedReadOptions extends RowValueOptions, SharedTimeTravel {
  /** Columns wanted, in this order; all by default. */
  readonly columns?: readonly string[] | undefined
  /**
   * `{ price: { gte: 10 }, country: { in: ['DE', 'FR'] } }`: all must hold. The server is told, so that it leaves out files;
   * what comes is filtered exactly.
   */
  readonly where?: object | undefined
  /** At most so many rows. */
  readonly limit?: number | undefined
  /** Asks for the list of files in pages of so many, from servers that have pages. */
  readonly filesPerPage?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** A time as the protocol's queries take it. */
export function millisecondsOf(time: number | Date | undefined): number | undefined {
  return time instanceof Date ? time.getTime() : time
}

/** Files listed before their turn: the end of most answers is seen early, and with it the token that has their URLs anew. */
const FILES_LISTED_AHEAD = 200
/** Files fetched before their rows are asked for. Small ones only are fetched ahead, so this is little memory. */
const FILES_FETCHED_AHEAD = 3

/** The files of one read and what is wanted of them. */
export interface OpenRead {
  readonly files: AsyncGenerator<FileToRead>
  readonly request: ReadRequest
  close(): void
}

export async function openRead(http: Http, queries: TableQueries, options: SharedReadOptions): Promise<OpenRead> {
  const { where, columns, limit, timestamps, signal: caller } = options
  const stop = new AbortController()
  const signal = caller === undefined ? stop.signal : AbortSignal.any([caller, stop.signal])
  const close = (): void => stop.abort()
  try {
    const answer = await openFiles(http, queries, { ...options, signal })
    const { schema, partitionColumns, matchBy } = answer.table
    const filter = where === undefined ? undefined : parseFilter(where, schema)
    const request = { schema, partitionColumns, matchBy, columns, where: filter, limit, timestamps, signal }
    const listed = readAhead(filesToRead(http, answer, request), FILES_LISTED_AHEAD)
    // With a limit the first files may be enough.
    const started =
      limit === undefined ? readAhead(listed, FILES_FETCHED_AHEAD, (file) => file.prefetch(signal)) : listed
    return { files: closedWhenRead(started), request, close }
  } catch (error) {
    close()
    throw error
  }
}

/** A file of an answer as a scan takes it. */
export type ReachedFile = FileToRead & { prefetch(signal: AbortSignal): void; close(): void }

/** Whoever asks for the next file has read the one before. */
async function* closedWhenRead(files: AsyncIterable<ReachedFile>): AsyncGenerator<FileToRead> {
  for await (const file of files) {
    yield file
    file.close()
  }
}

async function* filesToRead(http: Http, answer: AnswerFiles, request: ReadRequest): AsyncGenerator<ReachedFile> {
  const { where, schema, partitionColumns } = request
  for await (const open of answer.files()) {
    const [file] = pruneFiles([open.listed.file], where, schema, partitionColumns)
    if (file === undefined) open.close()
    else yield { file, ...reachFile(http, open) }
  }
}

/** How the bytes of a file are reached. */
function reachFile(http: Http, open: OpenFile): Omit<ReachedFile, 'file'> {
  const remote = remoteFile(http, open)
  return {
    open: () => remote,
    readVector: (_, { start, end }, signal) => remote.readVector(start, end, signal),
    prefetch: (signal) => remote.prefetch(signal),
    close: () => open.close(),
  }
}

/**
 * Asks for the files of a snapshot. For hints the columns have to be known first, so with a filter the metadata is asked for
 * before; where the columns changed in between, it is asked without any.
 */
async function openFiles(http: Http, queries: TableQueries, options: SharedReadOptions): Promise<AnswerFiles> {
  const { version, limit, filesPerPage, where, signal } = options
  const timestamp = millisecondsOf(options.timestamp)
  const point = { version, timestamp }
  // With a filter, nobody but we know how many rows it takes to have enough that match.
  const limitHint = where === undefined && Number.isSafeInteger(limit) && limit !== 0 ? limit : undefined
  const isNewest = version === undefined && timestamp === undefined
  const openWith = (hints: Hints): Promise<AnswerFiles> => {
    const query = { ...hints, limit: limitHint, maxFiles: filesPerPage }
    const question: Question = {
      what: queries.reading,
      kinds: ['file', 'add'],
      runtime: http.runtime,
      signal,
      again: ({ version, refreshToken }) => [
        ...(refreshToken === undefined ? [] : [{ refreshToken }]),
        { version },
        // A server without a history may still be at the same version.
        ...(isNewest ? [{}] : []),
      ],
      ask: (more) => {
        const place = more.version === undefined && more.refreshToken === undefined ? point : {}
        const first = isNewest && more.pageToken === undefined && more.version === undefined
        return queries.files({ ...query, ...place, ...more, includeRefreshToken: first }, signal)
      },
    }
    return AnswerFiles.open(question)
  }
  if (where === undefined) return openWith({})
  const { table } = await queries.metadata(point, signal)
  const hints = hintsOf(where, table)
  const answer = await openWith(hints)
  if (JSON.stringify(hintsOf(where, answer.table)) === JSON.stringify(hints)) return answer
  answer.close()
  return openWith({})
}

interface Hints {
  readonly jsonHint?: object
  readonly sqlHints?: readonly string[]
}

function hintsOf(where: object, { schema, partitionColumns }: SharedState): Hints {
  const { json, sql } = formatHints(parseFilter(where, schema), schema, partitionColumns)
  return { ...(json && { jsonHint: json }), ...(sql.length > 0 && { sqlHints: sql }) }
}
