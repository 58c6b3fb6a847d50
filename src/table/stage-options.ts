import type { Metadata } from '../log/index.ts'
import { parseSchema } from '../schema/index.ts'
import type { TableContext } from './settings.ts'
import type { StageSettings } from './stage.ts'

export interface StageOptions {
  /** Default: snappy. */
  readonly codec?: 'none' | 'snappy' | undefined
  /** A data file is closed and the next begun at about this many bytes. Default: `delta.targetFileSize`, else 128 MiB. */
  readonly targetFileBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
}

const TARGET_FILE_BYTES = 128 * 1024 * 1024
/** `delta.dataSkippingNumIndexedCols` where a table does not say (PROTOCOL.md leaves it to writers; Spark's number). */
const INDEXED_COLUMNS = 32

/** How the data files of a table are to be written: what the caller asks for, then its properties, then the defaults. */
export function stageSettings(context: TableContext, metadata: Metadata, options: StageOptions): StageSettings {
  const properties = metadata.configuration
  return {
    store: context.store,
    runtime: context.runtime,
    schema: parseSchema(metadata.schemaString),
    partitionColumns: metadata.partitionColumns,
    codec: options.codec ?? codecOf(properties, context.warn),
    indexedColumns: integerOf(properties['delta.dataSkippingNumIndexedCols']) ?? INDEXED_COLUMNS,
    targetFileBytes: options.targetFileBytes ?? integerOf(properties['delta.targetFileSize']) ?? TARGET_FILE_BYTES,
    signal: options.signal,
  }
}

function codecOf(properties: Metadata['configuration'], warn: (message: string) => void): 'none' | 'snappy' {
  const asked = properties['delta.parquet.compression.codec']?.toLowerCase()
  if (asked === 'none' || asked === 'uncompressed') return 'none'
  if (asked !== undefined && asked !== 'snappy') {
    warn(
      `the table asks for ${asked} compression, which cannot be written yet: its new files use snappy, which every reader takes`,
    )
  }
  return 'snappy'
}

/** Bytes and counts in properties are plain digits; anything else counts as not said. */
function integerOf(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
}
