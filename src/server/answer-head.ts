import type { TableEntry } from '../manifest/index.ts'
import {
  CAPABILITIES_HEADER,
  FILE_ID_HASH_HEADER,
  formatCapabilities,
  formatDeltaLine,
  formatParquetLine,
  type ResponseFormat,
  type SharedTableFacts,
  TABLE_VERSION_HEADER,
} from '../wire/index.ts'
import { chooseFormat } from './answer-format.ts'
import type { SharedName } from './catalog.ts'
import { deltaMetadata, deltaProtocol } from './delta-view.ts'
import type { LoadedTable } from './loaded-table.ts'
import { neededFeatures } from './needed-features.ts'
import { parquetMetadata } from './parquet-view.ts'
import { remember } from './remember.ts'
import type { ClientWishes } from './table-request.ts'

/** How an answer about a table begins and is written. */
export interface AnswerHead {
  readonly format: ResponseFormat
  readonly idHash: ResponseFormat
  /** The lines for protocol and metadata. */
  readonly lines: string
  readonly facts: SharedTableFacts
  /** The table features by which the format was chosen. */
  readonly needed: readonly string[]
}

/**
 * @param needed known already, where this is not the first page: another server may know less of the same version.
 * @throws {DeltaError} `unsupported` where the client could not read the table right.
 */
export function answerHead(
  table: LoadedTable,
  { history }: Pick<TableEntry, 'history'>,
  wishes: ClientWishes,
  {
    name,
    facts,
    needed = featuresOf(table),
  }: {
    readonly name: SharedName
    readonly facts: SharedTableFacts
    readonly needed?: readonly string[] | undefined
  },
): AnswerHead {
  const format = chooseFormat(needed, wishes, name)
  const listsFeatures = needed.length > 0 || wishes.readerFeatures.size > 0
  const lines = remembered(table, [format, history, listsFeatures, facts], () =>
    format === 'parquet'
      ? formatParquetLine({ protocol: { minReaderVersion: 1 } }) +
        formatParquetLine({ metaData: parquetMetadata(table, { history, facts }) })
      : formatDeltaLine({ protocol: { deltaProtocol: deltaProtocol(table.protocol, needed, wishes.readerFeatures) } }) +
        formatDeltaLine({ metaData: deltaMetadata(table, facts) }),
  )
  return { format, idHash: wishes.idHash ?? format, lines, facts, needed }
}

function featuresOf(table: LoadedTable): readonly string[] {
  const known = features.get(table) ?? neededFeatures(table, table.mayHaveDeletionVectors())
  features.set(table, known)
  return known
}

const features = new WeakMap<LoadedTable, readonly string[]>()

/** Lines that were written of a version, by all that decides about them beside it. */
const written = new WeakMap<LoadedTable, Map<string, string>>()

/** A schema may have thousands of columns, and every answer about a version tells it. */
function remembered(table: LoadedTable, by: readonly unknown[], write: () => string): string {
  const known = written.get(table) ?? new Map<string, string>()
  written.set(table, known)
  const key = JSON.stringify(by)
  const lines = known.get(key) ?? write()
  known.set(key, lines)
  return lines
}

/** The headers of an answer in lines about a version of a table. */
export function answerHeaders(
  { version, timestamp }: Pick<LoadedTable, 'version' | 'timestamp'>,
  format: ResponseFormat,
  { wishes, endsWithAction }: { readonly wishes: ClientWishes; readonly endsWithAction: boolean },
): Record<string, string> {
  return {
    'content-type': 'application/x-ndjson; charset=utf-8',
    'cache-control': 'no-store',
    ...versionHeaders({ version, timestamp }),
    [CAPABILITIES_HEADER]: formatCapabilities({ formats: [format], includeEndStreamAction: endsWithAction }),
    ...(wishes.idHash === undefined ? {} : { [FILE_ID_HASH_HEADER]: wishes.idHash }),
  }
}

/** Which version an answer is about, and when that was committed, where it is known. */
export function versionHeaders({
  version,
  timestamp,
}: {
  readonly version: number
  readonly timestamp?: number
}): Record<string, string> {
  return {
    [TABLE_VERSION_HEADER]: String(version),
    ...(timestamp === undefined ? {} : { 'last-modified': httpDate(String(timestamp)) }),
  }
}

const httpDate = remember((timestamp) => new Date(Number(timestamp)).toUTCString())
