import { DeltaError, throwIfAborted } from '../errors.ts'
import type { AddFile } from '../log/index.ts'
import { decodePath, formatAdd, parseAdd } from '../log/index.ts'
import { compressionWorker } from '../parquet/index.ts'
import { formatSchema, lengthOf, piecesOf, type RowsBatch } from '../schema/index.ts'
import { DataFile, type DataFileSettings } from './data-file.ts'
import { type PartitionSlice, partitioner } from './partition.ts'
import type { RowRules } from './row-rules.ts'

/**
 * Data files that are written but not committed: plain JSON, so that many machines can stage and one commit
 * (`JSON.stringify` and `JSON.parse` keep it whole). Invisible to readers until it is committed.
 */
export interface StagedPart {
  /** The add actions, each as its JSON text in the log. */
  readonly files: readonly string[]
  readonly rows: number
  readonly bytes: number
  /** Schema JSON that the rows were encoded with. */
  readonly schema: string
  /** The SQL of the constraints that the rows keep. */
  readonly constraints: readonly string[]
}

export interface StageSettings extends DataFileSettings {
  /** What the table asks of rows; used for one write only. */
  readonly rules: RowRules
  /** A file is closed and the next begun at about this many bytes. */
  readonly targetFileBytes: number
  /** Threads that compress, beside the one that encodes. */
  readonly workers: 0 | 1
}

/** How much may wait in the encoders of all open partitions before the fullest one is closed. */
const OPEN_BYTES = 256 * 1024 * 1024
/** What an encoder holds for each column besides its data: the buffers of one batch. Measured, about. */
const COLUMN_BYTES = 24 * 1024

/**
 * Writes rows into data files, one or more a partition.
 * @throws {DeltaError} `invalid-argument` naming row and column of a value that does not fit, or the rule that it breaks; then nothing is left behind.
 */
export async function stageRows(batches: AsyncIterable<RowsBatch>, settings: StageSettings): Promise<StagedPart> {
  const { codec, workers } = settings
  if (workers === 0 || codec === 'none') return stageFiles(batches, settings)
  const worker = compressionWorker({ codec })
  try {
    return await stageFiles(batches, { ...settings, worker })
  } finally {
    await worker.close()
  }
}

async function stageFiles(batches: AsyncIterable<RowsBatch>, settings: StageSettings): Promise<StagedPart> {
  const { schema, partitionColumns, rules, signal } = settings
  const partitionFields = partitionColumns.flatMap((name) => schema.fields.filter((field) => field.name === name))
  const split = partitioner(partitionFields)
  const files = new OpenFiles(settings)
  let firstRow = 1
  try {
    for await (const batch of batches) {
      for (const piece of piecesOf(batch)) {
        throwIfAborted(signal)
        for (const slice of split(rules.apply(piece, firstRow), firstRow)) await files.write(slice)
        firstRow += lengthOf(piece)
      }
    }
    const adds = await files.finish()
    return {
      files: adds.map((add) => formatAdd(add)),
      rows: firstRow - 1,
      bytes: adds.reduce((sum, add) => sum + add.size, 0),
      schema: formatSchema(schema),
      constraints: rules.constraints,
    }
  } catch (error) {
    await files.abort()
    throw error
  }
}

/** The add actions of a staged part, which may come from another machine. @throws {DeltaError} `invalid-data` when it is not one. */
export function addsOf(part: StagedPart): AddFile[] {
  if (!isStagedPart(part)) {
    throw new DeltaError('invalid-data', 'something among the parts is no staged part: give what stage() resolved to')
  }
  return part.files.map((text) => parseAdd(text))
}

function isStagedPart(part: Partial<StagedPart> | null | undefined): part is StagedPart {
  if (typeof part !== 'object' || part === null) return false
  const { files, rows, bytes, schema, constraints } = part
  const counts = Number.isSafeInteger(rows) && Number.isSafeInteger(bytes)
  return counts && typeof schema === 'string' && [files, constraints].every(isTexts)
}

function isTexts(list: unknown): boolean {
  return Array.isArray(list) && list.every((text) => typeof text === 'string')
}

/** A data file that still takes rows, and the bytes that it holds in memory, about. */
interface OpenFile {
  readonly file: DataFile
  held: number
}

/** The data files being written, one a partition, with a bound on what they hold in memory. */
class OpenFiles {
  readonly #settings: StageSettings
  readonly #open = new Map<string, OpenFile>()
  readonly #finished: AddFile[] = []
  #begun = 0
  /** The sum over all open files. */
  #held = 0

  constructor(settings: StageSettings) {
    this.#settings = settings
  }

  async write(slice: PartitionSlice): Promise<void> {
    const key = JSON.stringify(slice.values)
    const open = this.#open.get(key) ?? this.#begin(key, slice)
    await open.file.write(slice)
    this.#hold(open, open.file.bytes + this.#settings.schema.fields.length * COLUMN_BYTES)
    if (open.file.bytes >= this.#settings.targetFileBytes) await this.#close(key, open)
    while (this.#held > OPEN_BYTES && this.#open.size > 1) await this.#close(...this.#fullest(key, open))
  }

  async finish(): Promise<AddFile[]> {
    for (const [key, open] of this.#open) await this.#close(key, open)
    return this.#finished
  }

  /** Gives everything up. Best effort: what stays behind is invisible and collected by vacuum. */
  async abort(): Promise<void> {
    const { store } = this.#settings
    await Promise.allSettled([
      ...[...this.#open.values()].map(({ file }) => file.abort()),
      store.delete(this.#finished.map((add) => decodePath(add.path))),
    ])
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
