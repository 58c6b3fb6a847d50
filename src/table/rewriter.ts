import { DeltaError, isDeltaError, throwIfAborted } from '../errors.ts'
import { type AddFile, type CdcFile, hasChangeFeed, isEnabled, type Snapshot } from '../log/index.ts'
import { columnBuilder, type PhysicalBatch, type RowNumber, type SelectedRows } from '../parquet/index.ts'
import type { Predicate } from '../predicate/index.ts'
import { type ColumnBatch, lengthOf, type RowsBatch } from '../schema/index.ts'
import { ChangeFiles } from './change-files.ts'
import { DataFiles } from './data-files.ts'
import { existingRows } from './existing-rows.ts'
import { rowsIn } from './info.ts'
import type { TableContext } from './settings.ts'
import type { StageSettings } from './stage.ts'

/** What a verb does to the rows of files that are there. */
export interface RowChange {
  /** Rows for which this is not true do not change; looked at first, file by file. */
  readonly where?: Predicate | undefined
  /** Whether the row at an index of a batch changes, told by the columns of `where`. */
  readonly changes: (batch: PhysicalBatch, index: number) => boolean
  /** What the rows that change become; left out: they are deleted. `existing` are these rows as they are. */
  readonly become?: ((selected: SelectedRows, existing: ColumnBatch) => Replacement) | undefined
}

export interface Replacement {
  /** As many rows as it replaces, in their order. */
  readonly rows: RowsBatch
  readonly rowNumber: RowNumber
}

/** Files that a rewrite wrote, ready to be committed. */
export interface NewFiles {
  readonly adds: readonly AddFile[]
  readonly changeFiles: readonly CdcFile[]
}

/** Rows are looked at in so many at a time. */
const ROWS_AT_A_TIME = 4096

/**
 * Copy-on-write: files of a table are written anew without the rows that are deleted, and with others in place of those
 * that change. Rows stream from old files into new ones, so memory is bounded by a row group and the open files. With the
 * change data feed on, change files tell what happened to each row (PROTOCOL.md "Add CDC File"). Nobody sees anything of it
 * until the files are committed. For one `run`.
 */
export class Rewriter {
  readonly #context: TableContext
  readonly #snapshot: Snapshot
  readonly #settings: StageSettings
  readonly #files: DataFiles
  readonly #changes: ChangeFiles | undefined
  readonly #rowsOut: (selected: SelectedRows) => ColumnBatch
  readonly removed: AddFile[] = []
  readonly counts = { inserted: 0, updated: 0, deleted: 0, copied: 0 }

  /** @param snapshot the table whose files are there. @param settings how new ones are written. */
  constructor(context: TableContext, snapshot: Snapshot, settings: StageSettings) {
    this.#context = context
    this.#snapshot = snapshot
    this.#settings = settings
    this.#files = new DataFiles(settings)
    this.#changes = hasChangeFeed(snapshot.metadata) ? new ChangeFiles(settings) : undefined
    this.#rowsOut = columnBuilder(snapshot.schema.fields, { timestamps: 'micros' })
  }

  /**
   * Deletes the rows that change from some files, of which others go whole and unread.
   * @param whole files of which all rows are deleted, and known how many.
   */
  async delete(whole: readonly AddFile[], others: Iterable<AddFile>, change: RowChange): Promise<void> {
    for (const file of others) await this.rewrite(file, change)
    for (const file of whole) {
      const rows = rowsIn(file, this.#snapshot.schema) ?? 0
      // Beside change files, the removal of a file tells nobody that its rows are gone.
      if (this.#changes?.isBegun) await this.rewrite(file, EVERY_ROW)
      else {
        this.removed.push(file)
        this.counts.deleted += rows
      }
    }
  }

  /** Writes a file anew, if any of its rows changes. @throws {DeltaError} `unsupported` for a table whose rows must not move. */
  async rewrite(file: AddFile, change: RowChange): Promise<void> {
    const read = existingRows(this.#context, this.#snapshot, file, this.#settings.signal)
    if (!(await this.#isConcerned(read, change))) return
    this.removed.push(file)
    let row = 0
    const ofFile: RowNumber = (index) => row + index + 1
    for await (const selected of read({ rowsAtATime: ROWS_AT_A_TIME })) {
      throwIfAborted(this.#settings.signal)
      const [changing, staying] = split(selected, change)
      if (staying.indexes.length > 0) await this.#copy(this.#rowsOut(staying), file, ofFile)
      if (changing.indexes.length > 0) await this.#change(changing, change, ofFile)
      row += selected.indexes.length
    }
  }

  /** Writes rows that are new, and keep the rules of the table. */
  async insert(batch: RowsBatch, rowNumber: RowNumber): Promise<void> {
    await this.#files.write(batch, rowNumber)
    this.counts.inserted += lengthOf(batch)
    // Without change files, the new files tell of their rows.
    if (this.#changes?.isBegun) await this.#changes.write(batch, 'insert', rowNumber)
  }

  /** Does the work and completes the new files, or gives everything up: then nothing of it is left behind. */
  async run(work: () => Promise<void>): Promise<NewFiles> {
    try {
      await work()
      return { adds: await this.#files.finish(), changeFiles: (await this.#changes?.finish()) ?? [] }
    } catch (error) {
      await Promise.allSettled([this.#files.abort(), this.#changes?.abort()])
      throw error
    }
  }

  /** A look at the columns concerned saves writing a file anew in vain. */
  async #isConcerned(read: ReturnType<typeof existingRows>, { where, changes }: RowChange): Promise<boolean> {
    for await (const { batch, indexes } of read({ where, columns: [], rowsAtATime: ROWS_AT_A_TIME })) {
      if (indexes.some((index) => changes(batch, index))) return true
    }
    return false
  }

  async #copy(batch: ColumnBatch, file: AddFile, rowNumber: RowNumber): Promise<void> {
    checkRowsMayMove(this.#snapshot)
    try {
      await this.#files.write({ kind: 'columns', batch }, rowNumber)
    } catch (cause) {
      if (!isDeltaError(cause, 'invalid-argument')) throw cause
      const message = `the rows of data file ${file.path} cannot be written anew: ${cause.message}`
      throw new DeltaError('unsupported', message, { feature: 'copy-on-write', file: file.path, cause })
    }
    this.counts.copied += batch.length
  }

  async #change(selected: SelectedRows, { become }: RowChange, rowNumber: RowNumber): Promise<void> {
    const batch = this.#rowsOut(selected)
    const before: RowsBatch = { kind: 'columns', batch }
    if (become === undefined) {
      this.counts.deleted += batch.length
      await this.#changes?.write(before, 'delete', rowNumber)
      return
    }
    checkRowsMayMove(this.#snapshot)
    const after = become(selected, batch)
    await this.#files.write(after.rows, after.rowNumber)
    this.counts.updated += batch.length
    await this.#changes?.write(before, 'update_preimage', rowNumber)
    await this.#changes?.write(after.rows, 'update_postimage', after.rowNumber)
  }
}

const EVERY_ROW: RowChange = { changes: () => true }

function split({ batch, indexes }: SelectedRows, { changes }: RowChange): readonly [SelectedRows, SelectedRows] {
  const changing: number[] = []
  const staying: number[] = []
  for (const index of indexes) (changes(batch, index) ? changing : staying).push(index)
  return [
    { batch, indexes: changing },
    { batch, indexes: staying },
  ]
}

/** PROTOCOL.md "Row Tracking": rows keep their ids, which are told by where they stand unless they are written beside them. */
function checkRowsMayMove({ metadata, location }: Snapshot): void {
  if (!isEnabled(metadata.configuration, 'delta.enableRowTracking')) return
  const message = `${location} has row tracking: its files cannot be rewritten without losing the ids of their rows; only whole files can be removed (all rows, or whole partitions)`
  throw new DeltaError('unsupported', message, { feature: 'rowTracking' })
}
