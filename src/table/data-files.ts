import { type AddFile, decodePath } from '../log/index.ts'
import { type CompressionWorker, compressionWorker, type RowNumber } from '../parquet/index.ts'
import type { RowsBatch } from '../schema/index.ts'
import { DataFile, type DataFileSettings } from './data-file.ts'
import { type Partitioner, type PartitionSlice, partitioner } from './partition.ts'

export interface DataFilesSettings extends DataFileSettings {
  /** A file is closed and the next begun at about this many bytes. */
  readonly targetFileBytes: number
  /** Threads that compress, beside the one that encodes. */
  readonly workers: 0 | 1
}

/** How much may wait in the encoders of all open partitions before the fullest one is closed. */
const OPEN_BYTES = 256 * 1024 * 1024
/** What an encoder holds for each column besides its data: the buffers of one batch. Measured, about. */
const COLUMN_BYTES = 24 * 1024

/** A data file that still takes rows, and the bytes that it holds in memory, about. */
interface OpenFile {
  readonly file: DataFile
  held: number
}

/**
 * Data files on their way, one or more a partition, with a bound on what they hold in memory; seen by nobody until they
 * are committed. Ended by `finish` or `abort`.
 */
export class DataFiles {
  readonly #settings: DataFilesSettings
  readonly #split: Partitioner
  readonly #worker: CompressionWorker | undefined
  readonly #open = new Map<string, OpenFile>()
  readonly #finished: AddFile[] = []
  #begun = 0
  /** The sum over all open files. */
  #held = 0

  constructor(settings: DataFilesSettings) {
    const { codec, workers, schema, partitionColumns } = settings
    this.#worker = workers === 0 || codec === 'none' ? undefined : compressionWorker({ codec })
    this.#settings = { ...settings, worker: this.#worker }
    this.#split = partitioner(partitionColumns.flatMap((name) => schema.fields.filter((field) => field.name === name)))
  }

  /** Takes rows in, and waits while uploads lag behind. @throws {DeltaError} `invalid-argument` for a row that does not fit. */
  async write(batch: RowsBatch, rowNumber: RowNumber): Promise<void> {
    for (const slice of this.#split(batch, rowNumber)) await this.#write(slice)
  }

  /** Completes the files. @returns their add actions. */
  async finish(): Promise<AddFile[]> {
    for (const [key, open] of this.#open) await this.#close(key, open)
    await this.#worker?.close()
    return this.#finished
  }

  /** Gives everything up. Best effort: what stays behind is invisible and collected by vacuum. */
  async abort(): Promise<void> {
    const { store } = this.#settings
    await Promise.allSettled([
      ...[...this.#open.values()].map(({ file }) => file.abort()),
      store.delete(this.#finished.map((add) => decodePath(add.path))),
      this.#worker?.close(),
    ])
  }

  async #write(slice: PartitionSlice): Promise<void> {
    const key = JSON.stringify(slice.values)
    const open = this.#open.get(key) ?? this.#begin(key, slice)
    await open.file.write(slice)
    this.#hold(open, open.file.bytes + this.#settings.schema.fields.length * COLUMN_BYTES)
    if (open.file.bytes >= this.#settings.targetFileBytes) await this.#close(key, open)
    while (this.#held > OPEN_BYTES && this.#open.size > 1) await this.#close(...this.#fullest(key, open))
  }

  #begin(key: string, { values }: PartitionSlice): OpenFile {
    const open = { file: new DataFile(this.#settings, values, this.#begun++), held: 0 }
    this.#open.set(key, open)
    return open
  }

  #hold(open: OpenFile, bytes: number): void {
    this.#held += bytes - open.held
    open.held = bytes
  }

  #fullest(...last: [key: string, open: OpenFile]): [key: string, open: OpenFile] {
    return [...this.#open].reduce((fullest, each) => (each[1].held > fullest[1].held ? each : fullest), last)
  }

  async #close(key: string, open: OpenFile): Promise<void> {
    this.#finished.push(await open.file.finish())
    this.#open.delete(key)
    this.#hold(open, 0)
  }
}
