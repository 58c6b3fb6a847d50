import { DeltaError } from '../errors.ts'
import {
  CAPABILITIES_HEADER,
  formatCapabilities,
  formatTableQuery,
  type ParquetFile,
  type ParquetLine,
  type ParquetMetadata,
  parseCapabilities,
  parseParquetLine,
  TABLE_VERSION_HEADER,
} from '../wire/index.ts'
import type { Endpoint } from './endpoint.ts'
import { readLines } from './read-lines.ts'

/** An answer about a table: its state, and the files that were asked for. */
export interface TableAnswer {
  readonly version: number
  readonly metadata: ParquetMetadata
  readonly files: readonly ParquetFile[]
}

interface Page extends TableAnswer {
  readonly nextPageToken?: string | undefined
}

export interface QueryRequest {
  readonly version?: number | undefined
  readonly limit?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Asks for a table's metadata alone. */
export function requestMetadata(
  server: Endpoint,
  what: string,
  path: string,
  signal?: AbortSignal,
): Promise<TableAnswer> {
  return server.request(
    what,
    `${path}/metadata`,
    { headers: CAPABILITIES, ...(signal ? { signal } : {}) },
    (response) => readAnswer(what, response),
  )
}

/** Asks for a table's data files, all of them whether the server sends them in one page or in many. */
export async function requestFiles(
  server: Endpoint,
  what: string,
  path: string,
  { signal, ...query }: QueryRequest,
): Promise<TableAnswer> {
  const files: ParquetFile[] = []
  let pageToken: string | undefined
  for (;;) {
    const init = {
      method: 'POST',
      headers: { ...CAPABILITIES, 'content-type': 'application/json' },
      body: formatTableQuery({ ...query, pageToken }),
      ...(signal ? { signal } : {}),
    }
    const page: Page = await server.request(what, `${path}/query`, init, (response) => readAnswer(what, response))
    for (const file of page.files) files.push(file)
    if (page.nextPageToken === undefined || page.nextPageToken === pageToken) return { ...page, files }
    pageToken = page.nextPageToken
  }
}

/** The version that an answer is about. @throws {DeltaError} `invalid-data` when the server does not say. */
export function versionOf(what: string, response: Response): number {
  const text = response.headers.get(TABLE_VERSION_HEADER) ?? ''
  const version = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(version)) return version
  throw new DeltaError(
    'invalid-data',
    `${what} failed: the server's answer breaks the sharing protocol: header ${TABLE_VERSION_HEADER} is missing or no version`,
  )
}

const CAPABILITIES = { [CAPABILITIES_HEADER]: formatCapabilities({ formats: ['parquet'] }) }

async function readAnswer(what: string, response: Response): Promise<Page> {
  const version = versionOf(what, response)
  const [format] = parseCapabilities(response.headers.get(CAPABILITIES_HEADER)).formats
  if (format !== 'parquet') {
    throw new DeltaError(
      'unsupported',
      `${what} failed: the server answers in responseformat=${format}, asked was parquet`,
      {
        feature: `responseformat=${format}`,
      },
    )
  }
  const files: ParquetFile[] = []
  let metadata: ParquetMetadata | undefined
  let nextPageToken: string | undefined
  for await (const text of readLines(response)) {
    const line = parseParquetLine(text)
    if ('file' in line) files.push(line.file)
    else if ('metaData' in line) metadata = line.metaData
    else if ('protocol' in line) checkProtocol(what, line)
    else if ('endStreamAction' in line) {
      if (line.endStreamAction.errorMessage !== undefined) throw brokenOff(what, line.endStreamAction.errorMessage)
      nextPageToken = line.endStreamAction.nextPageToken
    }
  }
  if (metadata === undefined) throw new DeltaError('unavailable', `${what} failed: the server's answer ended early`)
  return { version, metadata, files, nextPageToken }
}

function checkProtocol(what: string, { protocol }: Extract<ParquetLine, { protocol: unknown }>): void {
  if (protocol.minReaderVersion === 1) return
  throw new DeltaError(
    'unsupported',
    `${what} failed: the table needs reader version ${protocol.minReaderVersion} of the sharing protocol, this client has 1: use a newer client`,
    { feature: `minReaderVersion ${protocol.minReaderVersion}` },
  )
}

function brokenOff(what: string, message: string): DeltaError {
  return new DeltaError('unavailable', `${what} failed: the server broke off: ${message.slice(0, 1000)}`)
}
