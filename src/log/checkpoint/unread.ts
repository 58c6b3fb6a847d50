import { DeltaError } from '../../errors.ts'
import { openParquet, type ParquetFile, type RowRange } from '../../parquet/index.ts'
import type { ObjectStore } from '../../store/index.ts'
import type { AddFile } from '../actions.ts'
import { inOrder } from '../in-order.ts'
import { type LogObject, logAccess } from './access.ts'
import { readAdds } from './adds.ts'

/** So many files are given at a time. */
const BATCH_FILES = 1_024
/** So many rows are decoded at a time, but for the first, which somebody may be waiting for. */
const SLICE_ROWS = 16 * BATCH_FILES
/** Parts of a checkpoint that are opened ahead. */
const CONCURRENCY = 2

/** The files of a checkpoint that are too many to be held: they are read again each time they are asked for. */
export class UnreadFiles {
  readonly #store: ObjectStore
  readonly #objects: readonly LogObject[]
  readonly #counted: number | undefined

  /** @param counted how many there are, where the checkpoint says it. */
  constructor(store: ObjectStore, objects: readonly LogObject[], counted: number | undefined) {
    this.#store = store
    this.#objects = objects
    this.#counted = counted
  }

  /**
   * The files in the order of the checkpoint, at most 1,024 at a time. Memory holds some thousand rows, and of a part
   * that no page index opens a row group; whoever stops early lets go of all.
   * @throws {DeltaError} as `readCheckpoint`, though when many files have been given already.
   */
  async *batches(signal?: AbortSignal): AsyncGenerator<readonly AddFile[]> {
    const open = (object: LogObject) => openParquet(logAccess(this.#store, object), signal)
    let found = 0
    for await (const file of inOrder(this.#objects, CONCURRENCY, open)) {
      for await (const adds of addsIn(file, signal)) {
        found += adds.length
        yield adds
      }
    }
    if (this.#counted === undefined || this.#counted === found) return
    const file = this.#objects[0]?.key ?? ''
    const message = `the checkpoint is damaged: it counts ${this.#counted} files, but ${file} and what belongs to it hold ${found}`
    throw new DeltaError('invalid-data', message, { file })
  }
}

async function* addsIn(file: ParquetFile, signal: AbortSignal | undefined): AsyncGenerator<readonly AddFile[]> {
  for (const [rowGroup, { rows, hasPageIndex }] of file.rowGroups.entries()) {
    for (const slice of slicesOf(rows, hasPageIndex)) yield* batchesOf(await readAdds(file, rowGroup, slice, signal))
  }
}

/** Without an index each slice would cost all pages before it. */
function* slicesOf(rows: number, hasPageIndex: boolean): Generator<readonly RowRange[] | undefined> {
  if (!hasPageIndex) return yield undefined
  for (let start = 0; start < rows; ) {
    const end = Math.min(rows, start + (start === 0 ? BATCH_FILES : SLICE_ROWS))
    yield [{ start, end }]
    start = end
  }
}

/** Cuts files into batches of at most 1,024. */
export function* batchesOf(files: Iterable<AddFile>): Generator<readonly AddFile[]> {
  let batch: AddFile[] = []
  for (const file of files) {
    if (batch.push(file) < BATCH_FILES) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
