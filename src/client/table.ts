import type { Table as ArrowTable, RecordBatch } from 'apache-arrow'
import { readArrowTable, readChangedRows, readColumns, readRecordBatches, readRows } from '../scan/index.ts'
import type { ColumnBatch, Row, StructType } from '../schema/index.ts'
import type { ResponseFormat } from '../wire/index.ts'
import { openChanges, type SharedChangesOptions } from './changes-reader.ts'
import type { Endpoint } from './endpoint.ts'
import type { TablePath } from './table-path.ts'
import { type TableQueries, tableQueries } from './table-queries.ts'
import {
  millisecondsOf,
  type OpenRead,
  openRead,
  type SharedReadOptions,
  type SharedTimeTravel,
} from './table-reader.ts'

/** What is known of a shared table without reading it. */
export interface SharedTableInfo {
  readonly version: number
  readonly id: string
  readonly name?: string
  readonly description?: string
  readonly schema: StructType
  readonly partitionColumns: readonly string[]
  /** Table properties, as far as the server tells them. */
  readonly properties: Readonly<Record<string, string>>
  /** How the server answers us: `delta` where the table has features that `parquet` cannot express. */
  readonly format: ResponseFormat
  /** Where the provider tells them. */
  readonly files?: number
  readonly bytes?: number
}

/** One shared table, as its recipient reads it. */
export interface SharedTable {
  /** `share.schema.table`. */
  readonly name: string
  /**
   * The version that the share shows now, or the first one at or after a time, where the provider shares the history.
   * @throws {DeltaError} `invalid-argument` for a time after the newest version.
   */
  version(options?: {
    /** Milliseconds since 1970, or a `Date`. */
    readonly startingTimestamp?: number | Date | undefined
    readonly signal?: AbortSignal | undefined
  }): Promise<number>
  metadata(options?: SharedTimeTravel & { readonly signal?: AbortSignal | undefined }): Promise<SharedTableInfo>
  /**
   * The rows of one version, file by file, as they are read: the list of files is read as far as rows are asked for, and a
   * few files are fetched ahead. URLs that end meanwhile are had anew.
   * @throws {DeltaError} `not-found` for a table that is not shared, `invalid-argument` for a column, filter or version
   * that is not there, `unauthenticated`, `permission-denied`, `unsupported` for a table that cannot be read, `invalid-data`
   * for an answer or a file that breaks its format, `unavailable` and `rate-limited` when trying again did not help.
   */
  read(options?: SharedReadOptions): AsyncGenerator<Row>
  /** The same rows as columns, a few thousand rows at a time: a `Map` of column names to arrays of values. */
  readColumns(options?: SharedReadOptions): AsyncGenerator<ColumnBatch>
  /** The same rows as record batches of `apache-arrow`, which is loaded for it. Its own types stand for `timestamps`. */
  readArrow(options?: SharedReadOptions): AsyncGenerator<RecordBatch>
  /** All of them as one table of `apache-arrow`, in memory. */
  toArrow(options?: SharedReadOptions): Promise<ArrowTable>
  /**
   * The rows that changed, version by version, where the provider shares the history and the table has a change data feed:
   * each as it is in the newest schema, with `_change_type` (`insert`, `delete`, `update_preimage`, `update_postimage`),
   * `_commit_version` and `_commit_timestamp`. The files of all changes are listed before the first row.
   * @throws {DeltaError} as {@link read}; `invalid-argument` for a range that is not there.
   */
  changes(options: SharedChangesOptions): AsyncGenerator<Row>
}

export function sharedTable(server: Endpoint, path: TablePath): SharedTable {
  const { http } = server
  const queries = tableQueries(server, path)
  const open = (options: SharedReadOptions = {}): Promise<OpenRead> => openRead(http, queries, options)
  return {
    name: queries.name,
    version: ({ startingTimestamp, signal } = {}) =>
      queries.version({ startingTimestamp: millisecondsOf(startingTimestamp) }, signal),
    metadata: ({ signal, ...point } = {}) => metadataOf(queries, point, signal),
    async *read(options) {
      yield* reading(await open(options), readRows)
    },
    async *readColumns(options) {
      yield* reading(await open(options), readColumns)
    },
    async *readArrow(options) {
      yield* reading(await open(options), readRecordBatches)
    },
    async toArrow(options) {
      const { files, request, close } = await open(options)
      return readArrowTable(files, request).finally(close)
    },
    async *changes(options) {
      const { changes, request, close } = await openChanges(http, queries, options)
      try {
        yield* readChangedRows(changes, request)
      } finally {
        close()
      }
    },
  }
}

async function* reading<T>(
  { files, request, close }: OpenRead,
  read: (files: OpenRead['files'], request: OpenRead['request']) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  try {
    yield* read(files, request)
  } finally {
    close()
  }
}

async function metadataOf(
  queries: TableQueries,
  { version, timestamp }: SharedTimeTravel,
  signal: AbortSignal | undefined,
): Promise<SharedTableInfo> {
  const answer = await queries.metadata({ version, timestamp: millisecondsOf(timestamp) }, signal)
  const { id, name, description, schema, partitionColumns, properties, format, facts } = answer.table
  return {
    version: answer.version,
    id,
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    schema,
    partitionColumns,
    properties,
    format,
    ...(facts.numFiles === undefined ? {} : { files: facts.numFiles }),
    ...(facts.size === undefined ? {} : { bytes: facts.size }),
  }
}
