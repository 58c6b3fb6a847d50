import type { AddFile } from '../log/index.ts'
import { type DeltaType, parsePartitionValue, rowValue } from '../schema/index.ts'
import { fileId, type ParquetFile } from '../wire/index.ts'
import type { Caller } from './authenticate.ts'
import type { GrantedTable } from './catalog.ts'
import { dataKey } from './data-key.ts'
import type { FileFilter } from './file-filter.ts'
import { linkFile } from './file-link.ts'
import type { LoadedTable } from './loaded-table.ts'
import type { Service } from './service.ts'

export interface FileLinesRequest {
  readonly service: Service
  readonly caller: Caller
  readonly granted: GrantedTable
  readonly loaded: LoadedTable
  /** URL of this server as the recipient reaches it. */
  readonly base: string
  readonly filter: FileFilter
}

/** Some clients read lines of at most 8 MiB; statistics are a help that can be left out. */
const MAX_STATS_CHARACTERS = 4 * 1024 * 1024

/**
 * The data files of a table as the recipient gets them, one after the other, each signed when it is its turn. No URL
 * outlives the token that it was asked for with.
 */
export async function* fileLines({
  service,
  caller,
  granted: { share, entry },
  loaded,
  base,
  filter,
}: FileLinesRequest): AsyncGenerator<ParquetFile> {
  for await (const file of filter(loaded)) {
    const ticket = {
      recipient: caller.recipient.name,
      share: share.name,
      tableId: entry.id,
      key: dataKey(file),
      size: file.size,
      expiresAt: Math.min(service.runtime.now() + service.urlTtl, caller.tokenExpiresAt),
    }
    const { url, expiresAt } = await linkFile(loaded.store, ticket, { ...service, base })
    yield {
      url,
      id: fileId(entry.id, file.path, 'parquet'),
      partitionValues: partitionValues(file, loaded),
      size: file.size,
      stats: file.stats !== undefined && file.stats.length <= MAX_STATS_CHARACTERS ? file.stats : undefined,
      expirationTimestamp: expiresAt,
    }
  }
}

/**
 * The values as the sharing protocol writes them: those of the log, but timestamps, which logs hold in several forms, as
 * `2026-01-02 03:04:05.123456` in UTC.
 */
function partitionValues(file: AddFile, { schema, partitionColumns }: LoadedTable): ParquetFile['partitionValues'] {
  const isTimestamp = (column: string): boolean =>
    schema.fields.some((field) => field.name === column && field.type.type === 'timestamp')
  if (!partitionColumns.some(isTimestamp)) return file.partitionValues
  return Object.fromEntries(
    Object.entries(file.partitionValues).map(([column, text]) => [
      column,
      isTimestamp(column) ? sharedTimestamp(text) : text,
    ]),
  )
}

const TIMESTAMP: DeltaType = { type: 'timestamp' }
const toIso = rowValue(TIMESTAMP)

function sharedTimestamp(text: string | null): string | null {
  const value = parsePartitionValue(TIMESTAMP, text)
  if (value === null) return null
  return String(toIso(value))
    .replace('T', ' ')
    .replace(/(?:\.?0+)?Z$/, '')
}
