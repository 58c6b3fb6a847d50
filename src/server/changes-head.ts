import { type ChangeRange, tableSchema, type VersionState } from '../log/index.ts'
import type { StructType } from '../schema/index.ts'
import { formatDeltaLine, formatParquetLine, type ResponseFormat } from '../wire/index.ts'
import { chooseFormat } from './answer-format.ts'
import type { SharedName } from './catalog.ts'
import { deltaMetadata, deltaProtocol } from './delta-view.ts'
import { neededFeatures } from './needed-features.ts'
import { parquetMetadata } from './parquet-view.ts'
import type { ClientWishes } from './table-request.ts'

/** What an answer tells of the table beside its files. */
export interface HistoryWishes {
  /** Begins with the metadata of the first version, and tells it again where it changed; else that of the newest version. */
  readonly metadata: boolean
  /** The same of the protocol, which only the delta format can tell. */
  readonly protocol: boolean
}

/** A table at one version, as its metadata lines tell it. */
interface ToldState extends VersionState {
  readonly schema: StructType
  readonly partitionColumns: readonly string[]
}

/** How an answer of changes is written. */
export interface ChangesHead {
  readonly format: ResponseFormat
  readonly idHash: ResponseFormat
  /** The lines for protocol and metadata that it begins with. */
  readonly lines: string
  /** The lines that tell what a version changed the table to. */
  linesOf(before: VersionState, after: VersionState): string
}

/**
 * @param newest the table at the newest version that is shown.
 * @param format chosen already, where this is not the first page.
 * @throws {DeltaError} `unsupported` where the client could not read all of the range right.
 */
export function changesHead(
  { start, later, hasDeletionVectors }: ChangeRange,
  newest: VersionState,
  {
    name,
    wishes,
    history,
    format,
  }: {
    readonly name: SharedName
    readonly wishes: ClientWishes
    readonly history: HistoryWishes
    readonly format: ResponseFormat | undefined
  },
): ChangesHead {
  const states = [start, ...later, newest].map(told)
  const needed = [...new Set(states.flatMap((state) => neededFeatures(state, hasDeletionVectors)))]
  const chosen = format ?? chooseFormat(needed, wishes, name)
  const metadataLine = (state: ToldState, version: number | undefined): string =>
    chosen === 'parquet'
      ? formatParquetLine({ metaData: parquetMetadata(state, { history: true, facts: { version } }) })
      : formatDeltaLine({ metaData: deltaMetadata(state, { version }) })
  const protocolLine = ({ protocol }: VersionState, version: number | undefined): string =>
    chosen === 'parquet'
      ? formatParquetLine({ protocol: { minReaderVersion: 1 } })
      : formatDeltaLine({
          protocol: { deltaProtocol: deltaProtocol(protocol, needed, wishes.readerFeatures), version },
        })
  const tellsProtocol = history.protocol && chosen === 'delta'
  return {
    format: chosen,
    idHash: wishes.idHash ?? chosen,
    lines:
      (tellsProtocol ? protocolLine(start, start.version) : protocolLine(newest, undefined)) +
      (history.metadata ? metadataLine(told(start), start.version) : metadataLine(told(newest), undefined)),
    linesOf: (before, after) =>
      (tellsProtocol && after.protocol !== before.protocol ? protocolLine(after, after.version) : '') +
      (history.metadata && after.metadata !== before.metadata ? metadataLine(told(after), after.version) : ''),
  }
}

/**
 * Properties by which readers would look into a commit for its time. They make commits of the lines, which tell the time
 * themselves, and delta-kernel-rs refuses those.
 */
const COMMIT_TIMES = /^delta\.(enableInCommitTimestamps|inCommitTimestampEnablement(Version|Timestamp))$/

function told(state: VersionState): ToldState {
  const { version, timestamp, protocol } = state
  const configuration = Object.entries(state.metadata.configuration).filter(([name]) => !COMMIT_TIMES.test(name))
  const metadata = { ...state.metadata, configuration: Object.fromEntries(configuration) }
  const { partitionColumns } = metadata
  return { version, timestamp, protocol, metadata, schema: tableSchema(metadata), partitionColumns }
}
