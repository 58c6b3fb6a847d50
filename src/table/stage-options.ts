import { DeltaError } from '../errors.ts'
import { integerOf, type Metadata, statisticsOptions, tableSchema } from '../log/index.ts'
import { type Codec, checkCodec } from '../parquet/index.ts'
import type { FormatStatsOptions } from '../schema/index.ts'
import { codecOf } from './compression.ts'
import { RowRules } from './row-rules.ts'
import type { TableContext } from './settings.ts'
import type { StageSettings } from './stage.ts'

export interface StageOptions {
  /** Default: `delta.parquet.compression.codec`, else snappy. zstd needs Node 22.15 or later. */
  readonly codec?: Codec | undefined
  /** A data file is closed and the next begun at about this many bytes. Default: `delta.targetFileSize`, else 128 MiB. */
  readonly targetFileBytes?: number | undefined
  /**
   * With 1, a thread compresses while this one encodes: half as fast again where a second core is free, for about 50 ms at
   * the start. Default: 0.
   */
  readonly workers?: 0 | 1 | undefined
  readonly signal?: AbortSignal | undefined
}

const TARGET_FILE_BYTES = 128 * 1024 * 1024

/**
 * How the data files of a table are to be written: what the caller asks for, then its properties, then the defaults.
 * @param clustering physical paths of the columns that the table is clustered by.
 * @throws {DeltaError} `unsupported` for a codec that this platform lacks, `invalid-argument` for a codec or size that is none.
 */
export function stageSettings(
  context: TableContext,
  metadata: Metadata,
  options: StageOptions,
  clustering: FormatStatsOptions['required'] = [],
): StageSettings {
  const properties = metadata.configuration
  checkOptions(options)
  return {
    store: context.store,
    runtime: context.runtime,
    schema: tableSchema(metadata),
    partitionColumns: metadata.partitionColumns,
    codec: options.codec ?? codecOf(properties, context.warn),
    statistics: { ...statisticsOptions(properties), required: clustering },
    targetFileBytes: options.targetFileBytes ?? sizeOf(properties['delta.targetFileSize']) ?? TARGET_FILE_BYTES,
    workers: options.workers ?? 0,
    rules: new RowRules(metadata, context.runtime),
    signal: options.signal,
  }
}

function checkOptions({ codec = 'snappy', targetFileBytes = TARGET_FILE_BYTES }: StageOptions): void {
  checkCodec(codec)
  if (!(targetFileBytes > 0)) {
    throw new DeltaError('invalid-argument', `targetFileBytes ${targetFileBytes}: expected a number of bytes above 0`)
  }
}

function sizeOf(text: string | undefined): number | undefined {
  const size = integerOf(text)
  return size !== undefined && size > 0 ? size : undefined
}
