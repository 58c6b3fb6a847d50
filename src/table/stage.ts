import { throwIfAborted } from '../errors.ts'
import type { AddFile } from '../log/index.ts'
import { decodePath, formatAdd, parseAdd } from '../log/index.ts'
import { formatSchema } from '../schema/index.ts'
import { DataFile, type DataFileSettings } from './data-file.ts'
import { type PartitionSlice, partitioner } from './partition.ts'
import { lengthOf, piecesOf, type RowsBatch } from './rows-batch.ts'

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
}

export interface StageSettings extends DataFileSettings {
  /** A file is closed and the next begun at about this many bytes. */
  readonly targetFileBytes: number
}

/** How much may wait in the encoders of all open partitions before the fullest one is closed. */
const OPEN_BYTES = 256 * 1024 * 1024

/**
 * Writes rows into data files, one or more a partition.
 * @throws {DeltaError} `invalid-argument` naming row and column of a value that does not fit; then nothing is left behind.
 */
export async function stageRows(batches: AsyncIterable<RowsBatch>, settings: StageSettings): Promise<StagedPart> {
  const { schema, partitionColumns, signal } = settings
  const partitionFields = partitionColumns.flatMap((name) => schema.fields.filter((field) => field.name === name))
  const split = partitioner(partitionFields)
  const files = new OpenFiles(settings)
  let firstRow = 1
  try {
    for await (const batch of batches) {
      for (const piece of piecesOf(batch)) {
        throwIfAborted(signal)
        for (const slice of split(piece, firstRow)) await files.write(slice)
        firstRow += lengthOf(piece)
      }
    }
    const adds = await files.finish()
    return {
      files: adds.map((add) => formatAdd(add)),
      rows: firstRow - 1,
      bytes: adds.reduce((sum, add) => sum + add.size, 0),
      schema: formatSchema(schema),
    }
  } catch (error) {
    await files.abort()
    throw error
  }
}

/** The add actions of a staged part. @throws {DeltaError} `invalid-data` when it is not one. */
export function addsOf(part: StagedPart): AddFile[] {
  return part.files.map((text) => parseAdd(text))
}

/** The data files being written, one a partition, with a bound on what they hold in memory. */
class OpenFiles {
  readonly #settings: StageSettings
  readonly #open = new Map<string, DataFile>()
  readonly #finished: AddFile[] = []
  #begun = 0

  constructor(settings: StageSettings) {
    this.#settings = settings
  }

  async write(slice: PartitionSlice): Promise<void> {
    const key = JSON.stringify(slice.values)
    let file = this.#open.get(key)
    if (file === undefined) {
      file = new DataFile(this.#settings, slice.values, this.#begun++)
      this.#open.set(key, file)
    }
    await file.write(slice)
    if (file.bytes >= this.#settings.targetFileBytes) await this.#close(key, file)
    else if (this.#open.size > 1) await this.#makeRoom()
  }

  async finish(): Promise<AddFile[]> {
    for (const [key, file] of this.#open) await this.#close(key, file)
    return this.#finished
  }

  /** Gives everything up. Best effort: what stays behind is invisible and collected by vacuum. */
  async abort(): Promise<void> {
    const { store } = this.#settings
    await Promise.allSettled([
      ...[...this.#open.values()].map((file) => file.abort()),
      store.delete(this.#finished.map((add) => decodePath(add.path))),
    ])
  }

  async #makeRoom(): Promise<void> {
    let held = 0
    let fullest: [string, DataFile] | undefined
    for (const entry of this.#open) {
      held += entry[1].bytes
      if (fullest === undefined || entry[1].bytes > fullest[1].bytes) fullest = entry
    }
    if (held > OPEN_BYTES && fullest) await this.#close(...fullest)
  }

  async #close(key: string, file: DataFile): Promise<void> {
    this.#finished.push(await file.finish())
    this.#open.delete(key)
  }
}
