import {
  type CommitResolution,
  type CompactedRange,
  cleanUpLog,
  compactLog,
  type ForgottenHistory,
  forgetHistory,
  resolveCommit,
  type Snapshot,
  type WrittenCheckpoint,
} from '../log/index.ts'
import type { RowsInput } from '../schema/index.ts'
import { createFromRows, type TableDefinition } from './create.ts'
import { type DeleteOptions, deleteRows } from './delete.ts'
import { type MergeOptions, merge } from './merge.ts'
import { type OptimizeOptions, type OptimizeResult, optimize } from './optimize.ts'
import { insertion, type RewriteResult, type WriteResult } from './outcome.ts'
import { type OverwriteOptions, overwrite } from './overwrite.ts'
import { type PropertyOptions, setProperties, unsetProperties } from './properties.ts'
import { type CommitPartsOptions, replaceByParts, schemaOfSome } from './replace.ts'
import { type RestoreOptions, type RestoreResult, restore } from './restore.ts'
import { SeenTable } from './seen.ts'
import type { TableContext } from './settings.ts'
import type { StagedPart } from './stage.ts'
import type { StageOptions } from './stage-options.ts'
import { type UpdateOptions, updateRows } from './update.ts'
import { type VacuumOptions, type VacuumResult, vacuum } from './vacuum.ts'
import { TableView } from './view.ts'
import { append, commitParts, stage, type WriteOptions, type Written } from './write.ts'

export interface CleanUpLogOptions {
  /** Versions that must stay readable, beside those that the table was opened with. */
  readonly keepVersions?: readonly number[] | undefined
  readonly signal?: AbortSignal | undefined
}

/** How a handle begins: on a table opened, on one just created, or on one that its first append will create. */
type TableState = { readonly snapshot: Snapshot } | Written | { readonly definition: TableDefinition }

/**
 * A handle on a Delta table, made by `createTable` or `openTable`. It remembers the snapshot that it saw last: reads are
 * of that one, and an append is two requests (one data file, one commit). `refresh()` looks for newer versions.
 * Safe to use for several writes at once; any number of handles, processes and engines may write the same table.
 */
export class Table extends TableView {
  readonly #seen: SeenTable
  /** What the table is to be, while it has no version yet. */
  readonly #definition: TableDefinition
  #created: WriteResult | undefined
  /** Under way while an append creates the table. */
  #creation: Promise<Written> | undefined

  /** @internal */
  constructor(context: TableContext, state: TableState) {
    const seen = new SeenTable(context, 'snapshot' in state ? state.snapshot : undefined)
    super(seen)
    this.#seen = seen
    this.#definition = 'definition' in state ? state.definition : {}
    if ('result' in state) this.#created = state.result
  }

  /** What this handle wrote as version 0, if it was this one that created the table. */
  get created(): WriteResult | undefined {
    return this.#created
  }

  /**
   * Adds rows, in one atomic commit that no other writer can undo by accident: an append is rebased on whatever was
   * committed meanwhile. All rows or none.
   * @throws {DeltaError} `invalid-argument` naming the row of a value that does not fit, and its column or the constraint
   * that it breaks; `conflict` when the table's schema or protocol changed, or another writer gave out the same identity
   * values (`refresh`, and append again); `commit-unknown` when the answer was lost (see {@link resolve}).
   */
  async append(rows: RowsInput, options: WriteOptions = {}): Promise<WriteResult> {
    while (this.#seen.snapshot === undefined && this.#creation) await this.#settledCreation()
    if (this.#seen.snapshot === undefined) return this.#createWith(rows, options)
    return this.#landed(await append(this.#seen.context, this.#seen.snapshot, rows, options))
  }

  /**
   * Writes rows into data files without making them visible. The part is plain JSON, made on any number of machines, for
   * one `commit` of all of them. @throws {DeltaError} `unsupported` for a table with identity columns.
   */
  async stage(rows: RowsInput, options: StageOptions = {}): Promise<StagedPart> {
    return stage(this.#seen.context, this.#seen.current(), rows, options)
  }

  /**
   * Makes staged parts visible, all in one version; with `replace` in place of all rows that are there. Each part may be
   * committed once. @throws as {@link append}, with `replace` as {@link overwrite}.
   */
  async commit(parts: readonly StagedPart[], options: CommitPartsOptions = {}): Promise<RewriteResult> {
    if (options.replace)
      return this.#landed(await replaceByParts(this.#seen.context, this.#seen.current(), parts, options))
    if (options.schema !== undefined) throw schemaOfSome('replace')
    return insertion(this.#landed(await commitParts(this.#seen.context, this.#seen.current(), parts, options)))
  }

  /**
   * Replaces all rows by new ones, or with `where` those that pass a filter, in one atomic commit. `schema` replaces the
   * schema with them. Rows that stay are copied where they share a file with rows that go.
   *
   * @example
   * await table.overwrite(rows, { where: { country: 'DE' } })
   * @throws {DeltaError} as {@link append}, and `invalid-argument` for a new row that does not pass the filter, or a table
   * that is append-only; `conflict` when another writer added, removed or changed rows that are to be replaced
   * (`refresh`, and decide again); `unsupported` where rows with row tracking would have to be copied.
   */
  async overwrite(rows: RowsInput, options: OverwriteOptions = {}): Promise<RewriteResult> {
    while (this.#seen.snapshot === undefined && this.#creation) await this.#settledCreation()
    if (this.#seen.snapshot || options.where || options.schema) {
      return this.#landed(await overwrite(this.#seen.context, this.#seen.current(), rows, options))
    }
    return insertion(await this.#createWith(rows, options))
  }

  /**
   * Deletes the rows that pass a filter, or all. Files of which all rows go, by their partition values or statistics, are not
   * read. Where no row passes nothing is committed, and the version is the current one.
   * @throws {DeltaError} as {@link overwrite}.
   */
  async delete(options: DeleteOptions = {}): Promise<RewriteResult> {
    return this.#landed(await deleteRows(this.#seen.context, this.#seen.current(), options))
  }

  /**
   * Sets columns of the rows that pass a filter, or of all, to values. A row moves where its partition column is set.
   *
   * @example
   * await table.update({ where: { sku: 'A1' }, set: { price: '1.50' } })
   * @throws {DeltaError} as {@link overwrite}.
   */
  async update(options: UpdateOptions): Promise<RewriteResult> {
    return this.#landed(await updateRows(this.#seen.context, this.#seen.current(), options))
  }

  /**
   * Replaces the rows that have the keys of given ones, and inserts the others. The given rows are held in memory; of the
   * table only files that may hold one of their keys are read, a few thousand rows at a time. A null is no key: such a row
   * is always inserted.
   *
   * @example
   * await table.merge(rows, { on: ['id'] })
   * @throws {DeltaError} as {@link overwrite}, and `invalid-argument` naming two given rows with one key.
   */
  async merge(rows: RowsInput, options: MergeOptions): Promise<RewriteResult> {
    return this.#landed(await merge(this.#seen.context, this.#seen.current(), rows, options))
  }

  /**
   * Sets table properties, `delta.…` and others, in one commit; `delta.feature.<name>=supported` adds a table feature.
   * @throws {DeltaError} `invalid-argument` for a property that is none, or a value that does not fit; `unsupported` for one
   * that this library could not obey; `conflict` when the table was changed meanwhile (appends do not matter).
   */
  async setProperties(
    properties: Readonly<Record<string, string>>,
    options: PropertyOptions = {},
  ): Promise<WriteResult> {
    return this.#landed(await setProperties(this.#seen.context, this.#seen.current(), properties, options))
  }

  /** Takes table properties away, in one commit: what they said falls back to its default. @throws as {@link setProperties}. */
  async unsetProperties(names: readonly string[], options: PropertyOptions = {}): Promise<WriteResult> {
    return this.#landed(await unsetProperties(this.#seen.context, this.#seen.current(), names, options))
  }

  /**
   * Settles a commit whose answer was lost, by the `token` of the `commit-unknown` error. Only `committed` and
   * `not-committed` are final: while it is `unknown`, a late answer of the storage can still make it appear.
   */
  async resolve(token: string, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<CommitResolution> {
    return resolveCommit(this.#seen.context.store, token, options)
  }

  /**
   * Writes a checkpoint of the version that this handle sees, from which readers start instead of from the first commit.
   * Commits do it by themselves, every `delta.checkpointInterval` versions; one that is there is written anew.
   * @throws {DeltaError} `unsupported` for a table that this library does not write.
   */
  async checkpoint(options: { readonly signal?: AbortSignal } = {}): Promise<WrittenCheckpoint> {
    return this.#seen.context.keeper.checkpoint(this.#seen.current(), options.signal)
  }

  /**
   * Writes one log file that stands for all commits since the newest checkpoint, so that opening takes fewer requests. It
   * is worth it where many commits lie between checkpoints.
   * @returns the versions that it stands for; nothing where there are fewer than two.
   * @throws {DeltaError} `unsupported` for a table that this library does not write.
   */
  async compactLog(options: { readonly signal?: AbortSignal } = {}): Promise<CompactedRange | undefined> {
    return compactLog(this.#seen.context.store, { from: this.#seen.current(), ...options })
  }

  /**
   * Writes small files of a partition together into larger ones, and files with deletion vectors anew without the rows that
   * these mark, in one commit for each 8 GiB. No row changes: it never collides with an append, and change feeds tell
   * nothing of it. Where there is nothing to do, nothing is committed. The columns that a table is clustered by do not count.
   * @throws {DeltaError} `invalid-argument` for a filter on other columns than partition columns; `unsupported` for a table
   * with row tracking; `conflict` when somebody removed a file meanwhile that was packed: call it again.
   */
  async optimize(options: OptimizeOptions = {}): Promise<OptimizeResult> {
    return this.#landed(await optimize(this.#seen.context, this.#seen.current(), options))
  }

  /**
   * Makes the table what it was at a version or a time, files and metadata, in one commit on top of the newest version. The
   * history stays, the protocol never goes down, and identity columns go on behind the last value given out.
   * @throws {DeltaError} `not-found` for a version that is not there, or naming a file of it that a vacuum took; `conflict` when
   * anybody changed the table meanwhile; `unsupported` where it was clustered by other columns then.
   */
  async restore(options: RestoreOptions): Promise<RestoreResult> {
    return this.#landed(await restore(this.#seen.context, this.#seen.current(), options))
  }

  /**
   * Deletes what lies below the table and no version worth keeping needs: the newest one, those that were the newest within
   * the retention (`delta.deletedFileRetentionDuration`, 7 days unless set), and `keepVersions`. What is younger than the
   * retention stays too, as a writer at work may be about to commit it. Other tables that name its files by their full paths
   * (shallow clones) are not known here. Directories behind a symbolic link count as the table's own.
   * @throws {DeltaError} before anything is deleted: `invalid-argument` for a shorter retention without `force`; `not-found`
   * for a version to be kept that is not there; `unsupported` for a table that this library does not write.
   */
  async vacuum(options: VacuumOptions = {}): Promise<VacuumResult> {
    return this.#landed(await vacuum(this.#seen.context, this.#seen.current(), options))
  }

  /**
   * Deletes what the log no longer needs, as happens behind every checkpoint: what is older than a checkpoint that is itself
   * older than `delta.logRetentionDuration` (30 days unless set) and than every one of `keepVersions`.
   * @returns how many objects were deleted.
   * @throws {DeltaError} `unsupported` for a table that this library does not write; `invalid-data` when the log is damaged.
   */
  async cleanUpLog(options: CleanUpLogOptions = {}): Promise<number> {
    return cleanUpLog(this.#seen.context.store, this.#seen.current(), this.#keeping(options))
  }

  /**
   * Makes the log forget every version before one, however young they are, and for good: a checkpoint of that version is
   * written and read back, then older commits, checkpoints, checksums and compacted files go. For erasure, as commits keep the
   * least and greatest values of files that are gone. Nobody may be at work on the base of an older version at this moment.
   * @throws {DeltaError} before anything is deleted: `invalid-argument` for a version that is not there yet, or where one of
   * `keepVersions` is older; `not-found` when it is gone already; `unsupported` for a table that this library does not write.
   */
  async forgetHistory(options: CleanUpLogOptions & { readonly before: number }): Promise<ForgottenHistory> {
    return forgetHistory(this.#seen.context.store, this.#seen.current(), { ...options, ...this.#keeping(options) })
  }

  /** Waits for the housekeeping that runs after a verb was answered. Its failures are warnings, never thrown. */
  async settled(): Promise<void> {
    await this.#seen.context.housekeeping.settled()
  }

  /** One append creates the table; those that come meanwhile wait for it, and create it themselves if it fails. */
  async #settledCreation(): Promise<void> {
    await this.#creation?.catch(() => {})
  }

  async #createWith(rows: RowsInput, options: WriteOptions): Promise<WriteResult> {
    const creation = createFromRows(this.#seen.context, this.#definition, rows, options)
    this.#creation = creation
    try {
      this.#created = this.#landed(await creation)
      return this.#created
    } finally {
      this.#creation = undefined
    }
  }

  #keeping({ keepVersions = [], signal }: CleanUpLogOptions) {
    const { runtime, keepVersions: always } = this.#seen.context
    return { runtime, keepVersions: [...always, ...keepVersions], signal }
  }

  #landed<Result>({ snapshot, result }: Written<Result>): Result {
    this.#seen.keep(snapshot)
    return result
  }
}
