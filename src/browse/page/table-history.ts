import type { TableName } from '../../client/index.ts'
import { CAPABILITIES_HEADER, TABLE_VERSION_HEADER } from '../../wire/index.ts'
import { rowsOfLine } from './row-count.ts'
import type { Session } from './session.ts'

/** A version of a table, and when it was committed, where the server says so. */
export interface TableVersion {
  readonly version: number
  /** Milliseconds since 1970. */
  readonly committedAt: number | undefined
}

/** How many rows a version has. */
export interface RowCount extends TableVersion {
  readonly rows: number
}

/** Requests that count versions at the same time. */
const AT_ONCE = 3
/** Characters of an answer that are read at most: of some ten thousand files. Counting more is not worth a chart. */
const MAX_ANSWER = 20_000_000

/** The version that the share shows now. @throws {TypeError} when the server does not say. */
export async function newestVersion(session: Session, table: TableName, signal: AbortSignal): Promise<TableVersion> {
  return versionOf(await askTable(session, table, '/version', { signal }))
}

/** The first version that is shared, or `undefined` where the history is not. */
export async function firstVersion(
  session: Session,
  table: TableName,
  signal: AbortSignal,
): Promise<number | undefined> {
  const since = new URLSearchParams({ startingTimestamp: '1970-01-01T00:00:00Z' })
  const response = await askTable(session, table, `/version?${since}`, { signal })
  await response.body?.cancel()
  return response.ok ? versionOf(response).version : undefined
}

/** The rows of the version that the share shows now, or `undefined` where they cannot be counted. */
export function countNewest(session: Session, table: TableName, signal: AbortSignal): Promise<RowCount | undefined> {
  return countRows(session, table, undefined, signal)
}

/** The rows of some versions, by the statistics of their files. A version that cannot be counted is left out. */
export async function countVersions(
  session: Session,
  table: TableName,
  versions: readonly number[],
  signal: AbortSignal,
): Promise<RowCount[]> {
  const counts: RowCount[] = []
  const left = [...versions]
  const worker = async (): Promise<void> => {
    for (let version = left.pop(); version !== undefined; version = left.pop()) {
      const counted = await countRows(session, table, version, signal)
      if (counted !== undefined) counts.push(counted)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return counts.sort((a, b) => a.version - b.version)
}

async function countRows(
  session: Session,
  table: TableName,
  version: number | undefined,
  signal: AbortSignal,
): Promise<RowCount | undefined> {
  const response = await askTable(session, table, '/query', {
    method: 'POST',
    headers: { [CAPABILITIES_HEADER]: CAPABILITIES, 'content-type': 'application/json' },
    body: JSON.stringify({ version }),
    signal,
  })
  if (!response.ok || response.body === null) return undefined
  let rows = 0
  let length = 0
  let rest = ''
  const take = (line: string): boolean => {
    const inFile = rowsOfLine(line)
    rows += inFile ?? 0
    return inFile !== undefined
  }
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    length += text.length
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (length > MAX_ANSWER || !lines.every(take)) return undefined
  }
  return take(rest) ? { ...versionOf(response), rows } : undefined
}

/** Any format in which the statistics of files are, with every feature: only counts are taken from the answer. */
const CAPABILITIES =
  'responseformat=delta,parquet;readerfeatures=deletionvectors,columnmapping,timestampntz,typewidening,variantType,v2checkpoint,vacuumprotocolcheck'

function versionOf(response: Response): TableVersion {
  const version = Number(response.headers.get(TABLE_VERSION_HEADER) ?? Number.NaN)
  if (!Number.isSafeInteger(version)) throw new TypeError('the server does not say which version it shows')
  const committedAt = Date.parse(response.headers.get('last-modified') ?? '')
  return { version, committedAt: Number.isNaN(committedAt) ? undefined : committedAt }
}

function askTable(
  { profile, fetch }: Session,
  { share, schema, name }: TableName,
  below: string,
  init: RequestInit,
): Promise<Response> {
  const [inShare = '', inSchema = '', inTable = ''] = [share, schema, name].map(encodeURIComponent)
  return fetch(`${profile.endpoint}/shares/${inShare}/schemas/${inSchema}/tables/${inTable}${below}`, {
    ...init,
    headers: { ...init.headers, authorization: `Bearer ${profile.bearerToken}` },
  })
}
