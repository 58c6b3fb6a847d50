import { type AddFile, encodePath, partitionDirectory } from '../log/index.ts'
import { type Codec, type CompressionWorker, type ParquetEncoder, parquetEncoder } from '../parquet/index.ts'
import type { Runtime } from '../runtime.ts'
import { type FormatStatsOptions, formatStats, physicalName, type StructType } from '../schema/index.ts'
import type { ObjectStore, ObjectWriter } from '../store/index.ts'
import { fileExtension } from './compression.ts'
import type { PartitionSlice, PartitionValues } from './partition.ts'

/** What all data files of one write have in common. */
export interface DataFileSettings {
  readonly store: ObjectStore
  readonly runtime: Runtime
  /** The whole table's columns, the partition columns too. */
  readonly schema: StructType
  readonly partitionColumns: readonly string[]
  readonly codec: Codec
  /** The thread that compresses, where there is one. */
  readonly worker?: CompressionWorker | undefined
  /** Which columns get statistics, and how much of a text. */
  readonly statistics: FormatStatsOptions
  /** Change files tell of rows that changed, and have no statistics; data files unless said. */
  readonly kind?: 'data' | 'change' | undefined
  readonly signal?: AbortSignal | undefined
}

/** One data file on its way: encoded row by row, uploaded part by part, seen by nobody until it is committed. */
export class DataFile {
  readonly #settings: DataFileSettings
  readonly #values: PartitionValues
  readonly #key: string
  readonly #encoder: ParquetEncoder
  readonly #stored: StructType
  #writer: ObjectWriter | undefined

  constructor(settings: DataFileSettings, values: PartitionValues, index: number) {
    const { schema, partitionColumns, codec, worker, runtime, kind = 'data' } = settings
    this.#settings = settings
    const partition = partitionColumns.flatMap((name) => {
      return schema.fields
        .filter((field) => field.name === name)
        .map((field) => [physicalName(field), values[name] ?? null] as const)
    })
    this.#values = Object.fromEntries(partition)
    this.#key = dataFileKey(kind, partition, `${String(index).padStart(5, '0')}-${runtime.uuid()}`, codec)
    // Partition values live in the log, not in the file (PROTOCOL.md "Partition Value Serialization").
    this.#stored = { type: 'struct', fields: schema.fields.filter((field) => !partitionColumns.includes(field.name)) }
    // Checksums cost two per cent of the time, and tell a reader of damage that would decode to other values.
    const checksums = true
    this.#encoder = parquetEncoder(this.#stored, { codec, worker, ignoredColumns: partitionColumns, checksums })
  }

  /** Bytes so far, encoded and still to be encoded. */
  get bytes(): number {
    return this.#encoder.bytes
  }

  /** Object key of the file, relative to the table root. */
  get key(): string {
    return this.#key
  }

  get rows(): number {
    return this.#encoder.rows
  }

  /** Takes rows in, and waits while the upload lags behind. @throws {DeltaError} `invalid-argument` for a row that does not fit. */
  async write(slice: PartitionSlice): Promise<void> {
    if (slice.batch.kind === 'rows') this.#encoder.writeRows(slice.batch.rows, slice.rowNumber)
    else this.#encoder.writeColumns(slice.batch.batch, slice.rowNumber)
    await this.#upload()
  }

  /** Completes the object. @returns its add action, ready to be committed. */
  async finish(): Promise<AddFile> {
    const { runtime, statistics } = this.#settings
    const stats = this.#encoder.finish()
    await this.#upload()
    const { size } = await this.#open().finish()
    return {
      path: encodePath(this.#key),
      partitionValues: this.#values,
      size,
      modificationTime: runtime.now(),
      dataChange: true,
      stats: formatStats(this.#stored, stats, statistics),
    }
  }

  /** Gives the file up. */
  async abort(): Promise<void> {
    await this.#writer?.abort()
  }

  async #upload(): Promise<void> {
    await this.#encoder.settled()
    for (const chunk of this.#encoder.takeBytes()) await this.#open().write(chunk)
  }

  #open(): ObjectWriter {
    const { store, signal } = this.#settings
    this.#writer ??= store.putStream(this.#key, { ...(signal && { signal }) })
    return this.#writer
  }
}

/**
 * `[col=val/…]part-00000-<uuid>.c000.snappy.parquet`, as Spark names its files, change files `_change_data/[…]cdc-…`
 * (PROTOCOL.md "Data Files", "Change Data Files").
 * @param id number of the file within its write, and a UUID.
 */
function dataFileKey(
  kind: 'data' | 'change',
  partition: readonly (readonly [column: string, value: string | null])[],
  id: string,
  codec: Codec,
): string {
  const directories = partition.map(([column, value]) => `${partitionDirectory(column, value)}/`).join('')
  const stem = kind === 'data' ? `${directories}part` : `_change_data/${directories}cdc`
  return `${stem}-${id}.c000${fileExtension(codec)}`
}
