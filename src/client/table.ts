import { DeltaError } from '../errors.ts'
import type { AddFile } from '../log/index.ts'
import { parseFilter } from '../predicate/index.ts'
import { pruneFiles, scanFile } from '../scan/index.ts'
import { hasColumnMapping, parseSchema, type Row, type RowValueOptions, type StructType } from '../schema/index.ts'
import type { ParquetFile } from '../wire/index.ts'
import type { Endpoint } from './endpoint.ts'
import { requestFiles, requestMetadata, type TableAnswer, versionOf } from './query.ts'
import { remoteFile } from './remote-file.ts'
import type { TablePath } from './table-path.ts'

export interface SharedReadOptions extends RowValueOptions {
  /** Columns wanted, in this order; all by default. */
  readonly columns?: readonly string[] | undefined
  /** A filter in object form, such as `{ price: { gte: 10 } }`; exact, and used to leave out files. */
  readonly where?: unknown
  /** An earlier version, where the provider shares the history. */
  readonly version?: number | undefined
  /** At most so many rows. */
  readonly limit?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** What is known of a shared table without reading it. */
export interface SharedTableInfo {
  readonly version: number
  readonly id: string
  readonly name?: string
  readonly description?: string
  readonly schema: StructType
  readonly partitionColumns: readonly string[]
  /** Where the provider tells them. */
  readonly files?: number
  readonly bytes?: number
}

/** One shared table, as its recipient reads it. */
export interface SharedTable {
  /** `share.schema.table`. */
  readonly name: string
  /** The version that the share shows now. */
  version(options?: { readonly signal?: AbortSignal }): Promise<number>
  metadata(options?: { readonly signal?: AbortSignal }): Promise<SharedTableInfo>
  /**
   * The rows of one version, file by file, as they are read.
   * @throws {DeltaError} `not-found` for a table that is not shared, `invalid-argument` for a column, filter or version
   * that is not there, `unauthenticated`, `permission-denied` for a URL that expired while reading, `unavailable`.
   */
  read(options?: SharedReadOptions): AsyncIterable<Row>
}

export function sharedTable(server: Endpoint, { share, schema, table }: TablePath): SharedTable {
  const name = `${share}.${schema}.${table}`
  const [shareInUrl = '', schemaInUrl = '', tableInUrl = ''] = [share, schema, table].map(encodeURIComponent)
  const path = `/shares/${shareInUrl}/schemas/${schemaInUrl}/tables/${tableInUrl}`
  return {
    name,
    version({ signal } = {}) {
      const what = `asking for the version of ${name}`
      return server.request(what, `${path}/version`, { ...(signal ? { signal } : {}) }, async (response) => {
        await response.body?.cancel()
        return versionOf(what, response)
      })
    },
    async metadata({ signal } = {}) {
      const { version, metadata } = await requestMetadata(server, `asking for the metadata of ${name}`, path, signal)
      return {
        version,
        id: metadata.id,
        ...(metadata.name === undefined ? {} : { name: metadata.name }),
        ...(metadata.description === undefined ? {} : { description: metadata.description }),
        schema: parseSchema(metadata.schemaString),
        partitionColumns: metadata.partitionColumns,
        ...(metadata.numFiles === undefined ? {} : { files: metadata.numFiles }),
        ...(metadata.size === undefined ? {} : { bytes: metadata.size }),
      }
    },
    read: (options = {}) => readTable(server, `reading ${name}`, path, options),
  }
}

async function* readTable(
  server: Endpoint,
  what: string,
  path: string,
  options: SharedReadOptions,
): AsyncGenerator<Row> {
  const { version, limit = Number.POSITIVE_INFINITY, signal } = options
  // With a filter, nobody but we know how many rows it takes to have enough that match.
  const hint = options.where === undefined ? options.limit : undefined
  const answer = await requestFiles(server, what, path, { version, limit: hint, signal })
  let left = limit
  for await (const batch of readBatches(server, answer, options)) {
    for (const row of batch) {
      if (left-- <= 0) return
      yield row
    }
    if (left <= 0) return
  }
}

async function* readBatches(
  { http }: Endpoint,
  { metadata, files }: TableAnswer,
  { columns, where, timestamps, signal }: SharedReadOptions,
): AsyncGenerator<Row[]> {
  const schema = parseSchema(metadata.schemaString)
  if (hasColumnMapping(schema)) throw mapped(metadata.name ?? metadata.id)
  const { partitionColumns } = metadata
  const filter = where === undefined ? undefined : parseFilter(where, schema)
  const request = { schema, partitionColumns, columns, where: filter, timestamps, signal }
  for (const line of files) {
    for (const file of pruneFiles([addOf(line)], filter, schema, partitionColumns)) {
      yield* scanFile({ ...request, file, open: () => remoteFile(http, line) })
    }
  }
}

/** This format has no word for column mapping: whether files and partition values go by it, nobody says. */
function mapped(table: string): DeltaError {
  return new DeltaError(
    'unsupported',
    `the shared table ${table} has column mapping, which responseformat=parquet cannot express: ask the provider to share it without, or read it with a client that asks for responseformat=delta`,
    { feature: 'columnMapping' },
  )
}

/** A shared file as a scan takes it. Its path is its id: where it lies is no business of a recipient. */
function addOf({ id, size, stats, partitionValues }: ParquetFile): AddFile {
  return {
    path: id,
    size,
    modificationTime: 0,
    dataChange: true,
    // The protocol has one text for null and for the empty string; the official clients read null.
    partitionValues: Object.fromEntries(
      Object.entries(partitionValues).map(([column, value]) => [column, value || null]),
    ),
    ...(stats === undefined ? {} : { stats }),
  }
}
