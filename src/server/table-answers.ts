import { DeltaError } from '../errors.ts'
import {
  CAPABILITIES_HEADER,
  formatCapabilities,
  formatParquetLine,
  type ParquetMetadata,
  parseCapabilities,
  parseInstant,
  parseTableQuery,
  TABLE_VERSION_HEADER,
} from '../wire/index.ts'
import type { Caller } from './authenticate.ts'
import { readBody } from './body.ts'
import type { Call } from './call.ts'
import { type GrantedTable, grantedTable, type SharedName } from './catalog.ts'
import { tableError } from './error-answer.ts'
import { fileFilter } from './file-filter.ts'
import { fileLines } from './file-lines.ts'
import type { LoadedTable } from './loaded-table.ts'
import { parquetView } from './parquet-view.ts'
import type { Service } from './service.ts'
import { firstVersionSince, loadShown, type PointInTime } from './shown-table.ts'
import { encodeLines, primed, streamBody } from './stream.ts'

/** A request about one table. */
export interface TableRequest {
  readonly service: Service
  readonly caller: Caller
  readonly call: Call
  readonly request: Request
  readonly name: Required<SharedName>
}

/** `GET …/version` and `HEAD` of the table: the version is in a header, the body is empty. */
export async function answerVersion(about: TableRequest, startingTimestamp?: string): Promise<Response> {
  const { service, name, call } = about
  const { entry } = await find(about)
  const version = await loading(name, async () =>
    startingTimestamp === undefined
      ? (await loadShown(service.snapshots, entry)).version
      : firstVersionSince(service.snapshots, entry, parseInstant(startingTimestamp)),
  )
  call.record.version = version
  return new Response(null, { headers: { [TABLE_VERSION_HEADER]: String(version), 'cache-control': 'no-store' } })
}

/** `GET …/metadata`: exactly two lines. */
export async function answerMetadata(
  about: TableRequest,
  { version, timestamp }: { readonly version?: string | undefined; readonly timestamp?: string | undefined },
): Promise<Response> {
  checkFormat(about.request)
  if (version !== undefined && timestamp !== undefined) {
    throw new DeltaError('invalid-argument', 'please provide only one of: version, timestamp')
  }
  const point = {
    version: version === undefined ? undefined : parseVersion(version),
    timestamp: timestamp === undefined ? undefined : parseInstant(timestamp),
  }
  const { loaded, view } = await loadView(about, await find(about), point)
  return new Response(headLines(view), { headers: answerHeaders(loaded) })
}

/**
 * `POST …/query`: protocol, metadata and one line a file, streamed as fast as the client reads. Conditions and limit of
 * the query are hints, by which files are left out that hold nothing wanted.
 */
export async function answerQuery(about: TableRequest): Promise<Response> {
  checkFormat(about.request)
  const granted = await find(about)
  const query = parseTableQuery(await readBody(about.request))
  if (query.startingVersion !== undefined) throw changesUnsupported('startingVersion')
  const { loaded, view } = await loadView(about, granted, query)
  const { service, caller, call } = about
  const { record } = call
  record.files = 0
  record.bytes = 0
  const base = service.baseOf(about.request)
  // The first file is signed before the status is decided: a store that refuses can still become an error answer.
  const files = await primed(fileLines({ service, caller, granted, loaded, base, filter: fileFilter(query) }))
  async function* lines(): AsyncGenerator<string> {
    yield headLines(view)
    for await (const file of files) {
      record.files = (record.files ?? 0) + 1
      record.bytes = (record.bytes ?? 0) + file.size
      yield formatParquetLine({ file })
    }
  }
  return new Response(streamBody(encodeLines(lines()), call.defer()), { headers: answerHeaders(loaded) })
}

/** `GET …/changes`. @throws {DeltaError} `unsupported`, or `not-found` for a table that the recipient cannot see. */
export async function refuseChanges(about: TableRequest): Promise<never> {
  await find(about)
  throw changesUnsupported('changes')
}

function changesUnsupported(what: string): DeltaError {
  return new DeltaError(
    'unsupported',
    `${what} asks for the change data of a table, which this server does not answer: query the table's rows instead`,
    { feature: what },
  )
}

async function find({ service, caller, name }: TableRequest): Promise<GrantedTable> {
  return grantedTable(service.directory, caller.recipient, name)
}

async function loadView(
  { service, name, call }: TableRequest,
  { entry }: GrantedTable,
  point: PointInTime,
): Promise<{ loaded: LoadedTable; view: ParquetMetadata }> {
  return loading(name, async () => {
    const loaded = await loadShown(service.snapshots, entry, point)
    call.record.version = loaded.version
    return { loaded, view: parquetView(loaded) }
  })
}

async function loading<T>(name: SharedName, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    throw tableError(error, name)
  }
}

/** @throws {DeltaError} `unsupported` for a client that cannot read the one format that we answer in. */
function checkFormat(request: Request): void {
  const formats = parseCapabilities(request.headers.get(CAPABILITIES_HEADER)).formats
  if (formats.includes('parquet')) return
  const asked = formats.join(',').slice(0, 40)
  throw new DeltaError(
    'unsupported',
    `this server answers in responseformat=parquet only, and the client asked for responseformat=${asked}: list parquet too`,
    { feature: `responseformat=${asked}` },
  )
}

function parseVersion(text: string): number {
  const version = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(version)) return version
  throw new DeltaError(
    'invalid-argument',
    `invalid version ${JSON.stringify(text.slice(0, 40))}: expected a whole number from 0`,
  )
}

function headLines(view: ParquetMetadata): string {
  return formatParquetLine({ protocol: { minReaderVersion: 1 } }) + formatParquetLine({ metaData: view })
}

function answerHeaders({ version }: LoadedTable): Record<string, string> {
  return {
    'content-type': 'application/x-ndjson; charset=utf-8',
    'cache-control': 'no-store',
    [TABLE_VERSION_HEADER]: String(version),
    [CAPABILITIES_HEADER]: formatCapabilities({ formats: ['parquet'] }),
  }
}
