import type { Table as ArrowTable, RecordBatch } from 'apache-arrow'
import { DeltaError } from '../errors.ts'
import {
  type CommitResolution,
  type CompactedRange,
  cleanUpLog,
  compactLog,
  type ForgottenHistory,
  forgetHistory,
  type HistoryEntry,
  type HistoryOptions,
  loadHistory,
  loadSnapshot,
  resolveCommit,
  type Snapshot,
  type WrittenCheckpoint,
} from '../log/index.ts'
import { readArrowTable, readColumns, readRecordBatches, readRows } from '../scan/index.ts'
import type { ColumnBatch, Row, RowsInput, StructType } from '../schema/index.ts'
import { type ChangesOptions, readChanges } from './changes.ts'
import { createFromRows, type TableDefinition } from './create.ts'
import { type DeleteOptions, deleteRows } from './delete.ts'
import { type FileInfo, filesOf, infoOf, type TableInfo } from './info.ts'
import { type MergeOptions, merge } from './merge.ts'
import { type OptimizeOptions, type OptimizeResult, optimize } from './optimize.ts'
import { insertion, type RewriteResult, type WriteResult } from './outcome.ts'
import { type OverwriteOptions, overwrite } from './overwrite.ts'
import { type PropertyOptions, setProperties, unsetProperties } from './properties.ts'
import { planRead, type ReadOptions, snapshotAt, type TimeTravel } from './read.ts'
import { type CommitPartsOptions, replaceByParts, schemaOfSome } from './replace.ts'
import { type RestoreOptions, type RestoreResult, restore } from './restore.ts'
import type { TableContext } from './settings.ts'
import type { StagedPart } from './stage.ts'
import type { StageOptions } from './stage-options.ts'
import { type FindTracesOptions, findTraces, type Trace } from './traces/find-traces.ts'
import type { Needle } from './traces/needle.ts'
import { type UpdateOptions, updateRows } from './update.ts'
import { type VacuumOptions, type VacuumResult, vacuum } from './vacuum.ts'
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
export class Table {
  readonly #context: TableContext
  /** What the table is to be, while it has no version yet. */
  readonly #definition: TableDefinition
  #snapshot: Snapshot | undefined
  #created: WriteResult | undefined
  /** Under way while an append creates the table. */
  #creation: Promise<Written> | undefined

  /** @internal */
  constructor(context: TableContext, state: TableState) {
    this.#context = context
    this.#definition = 'definition' in state ? state.definition : {}
    if ('snapshot' in state) this.#snapshot = state.snapshot
    if ('result' in state) this.#created = state.result
  }

  /** What this handle wrote as version 0, if it was this one that created the table. */
  get created(): WriteResult | undefined {
    return this.#created
  }

  /** Where the table is. */
  get location(): string {
    return this.#context.store.location
  }

  /** The version that this handle sees. @throws {DeltaError} `not-found` before the first append of a table without schema. */
  get version(): number {
    return this.#current().version
  }

  get schema(): StructType {
    return this.#current().schema
  }

  get partitionColumns(): readonly string[] {
    return this.#current().partitionColumns
  }

  /** Id, schema, protocol, properties and totals of the version that this handle sees. */
  info(): TableInfo {
    return infoOf(this.#current(), this.location)
  }

  /** The data files of the version that this handle sees. */
  files(): FileInfo[] {
    return filesOf(this.#current())
  }

  /**
   * The transactions that the version which this handle sees knows: the latest version of each `appId`, as `txn` of a commit
   * said it.
   */
  transactions(): ReadonlyMap<string, number | bigint> {
    return new Map(Array.from(this.#current().state.txns, ([appId, { version }]) => [appId, version]))
  }

  /**
   * Adds rows, in one atomic commit that no other writer can undo by accident: an append is rebased on whatever was
   * committed meanwhile. All rows or none.
   * @throws {DeltaError} `invalid-argument` naming the row of a value that does not fit, and its column or the constraint
   * that it breaks; `conflict` when the table's schema or protocol changed, or another writer gave out the same identity
   * values (`refresh`, and append again); `commit-unknown` when the answer was lost (see {@link resolve}).
   */
  async append(rows: RowsInput, options: WriteOptions = {}): Promise<WriteResult> {
    while (this.#snapshot === undefined && this.#creation) await this.#settledCreation()
    if (this.#snapshot === undefined) return this.#createWith(rows, options)
    return this.#seen(await append(this.#context, this.#snapshot, rows, options))
  }

  /**
   * Writes rows into data files without making them visible. The part is plain JSON, made on any number of machines, for
   * one `commit` of all of them. @throws {DeltaError} `unsupported` for a table with identity columns.
   */
  async stage(rows: RowsInput, options: StageOptions = {}): Promise<StagedPart> {
    return stage(this.#context, this.#current(), rows, options)
  }

  /**
   * Makes staged parts visible, all in one version; with `replace` in place of all rows that are there. Each part may be
   * committed once. @throws as {@link append}, with `replace` as {@link overwrite}.
   */
  async commit(parts: readonly StagedPart[], options: CommitPartsOptions = {}): Promise<RewriteResult> {
    if (options.replace) return this.#seen(await replaceByParts(this.#context, this.#current(), parts, options))
    if (options.schema !== undefined) throw schemaOfSome('replace')
    return insertion(this.#seen(await commitParts(this.#context, this.#current(), parts, options)))
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
    while (this.#snapshot === undefined && this.#creation) await this.#settledCreation()
    if (this.#snapshot || options.where || options.schema) {
      return this.#seen(await overwrite(this.#context, this.#current(), rows, options))
    }
    return insertion(await this.#createWith(rows, options))
  }

  /**
   * Deletes the rows that pass a filter, or all. Files of which all rows go, by their partition values or statistics, are not
   * read. Where no row passes nothing is committed, and the version is the current one.
   * @throws {DeltaError} as {@link overwrite}.
   */
  async delete(options: DeleteOptions = {}): Promise<RewriteResult> {
    return this.#seen(await deleteRows(this.#context, this.#current(), options))
  }

  /**
   * Sets columns of the rows that pass a filter, or of all, to values. A row moves where its partition column is set.
   *
   * @example
   * await table.update({ where: { sku: 'A1' }, set: { price: '1.50' } })
   * @throws {DeltaError} as {@link overwrite}.
   */
  async update(options: UpdateOptions): Promise<RewriteResult> {
    return this.#seen(await updateRows(this.#context, this.#current(), options))
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
    return this.#seen(await merge(this.#context, this.#current(), rows, options))
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
    return this.#seen(await setProperties(this.#context, this.#current(), properties, options))
  }

  /** Takes table properties away, in one commit: what they said falls back to its default. @throws as {@link setProperties}. */
  async unsetProperties(names: readonly string[], options: PropertyOptions = {}): Promise<WriteResult> {
    return this.#seen(await unsetProperties(this.#context, this.#current(), names, options))
  }

  /**
   * Rows of the version that this handle sees, or of another.
   * @throws {DeltaError} `invalid-argument` for a column or filter that does not fit the schema; `not-found` for a version
   * that is not there.
   */
  async *read(options: ReadOptions & TimeTravel = {}): AsyncGenerator<Row> {
    yield* readRows(...(await this.#plan(options)))
  }

  /** The same rows as columns, a few thousand rows at a time: a `Map` of column names to arrays of values. */
  async *readColumns(options: ReadOptions & TimeTravel = {}): AsyncGenerator<ColumnBatch> {
    yield* readColumns(...(await this.#plan(options)))
  }

  /** The same rows as record batches of `apache-arrow`, which is loaded for it. Its own types stand for `timestamps`. */
  async *readArrow(options: ReadOptions & TimeTravel = {}): AsyncGenerator<RecordBatch> {
    yield* readRecordBatches(...(await this.#plan(options)))
  }

  /** All of them as one table of `apache-arrow`, in memory. */
  async toArrow(options: ReadOptions & TimeTravel = {}): Promise<ArrowTable> {
    return readArrowTable(...(await this.#plan(options)))
  }

  /**
   * The rows that changed from one version to another, version by version: the columns of the table as the last version has
   * them, `_change_type` (`insert`, `delete`, `update_preimage`, `update_postimage`), `_commit_version` and
   * `_commit_timestamp`. Nothing where `from` is the version after the one that this handle sees.
   *
   * @example
   * for await (const row of table.changes({ from: seen + 1 })) apply(row)
   * @throws {DeltaError} `invalid-argument` for a range that is none, or has a version in which `delta.enableChangeDataFeed` is
   * not true; `not-found` naming the first version that is left, where the log was cleaned up, or where VACUUM took a file;
   * `unsupported` naming the column whose change within the range cannot be told in one schema.
   */
  async *changes(options: ChangesOptions): AsyncGenerator<Row> {
    yield* readChanges(this.#context, this.#current(), options)
  }

  /** The commits of the table, newest first. */
  async history(options: HistoryOptions = {}): Promise<HistoryEntry[]> {
    return loadHistory(this.#context.store, options)
  }

  /** Looks for newer versions. @returns the version that the handle sees now. */
  async refresh(options: { readonly signal?: AbortSignal } = {}): Promise<number> {
    const snapshot = await loadSnapshot(this.#context.store, {
      ...(this.#snapshot && { from: this.#snapshot }),
      ...options,
    })
    this.#keep(snapshot)
    return this.version
  }

  /**
   * Settles a commit whose answer was lost, by the `token` of the `commit-unknown` error. Only `committed` and
   * `not-committed` are final: while it is `unknown`, a late answer of the storage can still make it appear.
   */
  async resolve(token: string, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<CommitResolution> {
    return resolveCommit(this.#context.store, token, options)
  }

  /**
   * Writes a checkpoint of the version that this handle sees, from which readers start instead of from the first commit.
   * Commits do it by themselves, every `delta.checkpointInterval` versions; one that is there is written anew.
   * @throws {DeltaError} `unsupported` for a table that this library does not write.
   */
  async checkpoint(options: { readonly signal?: AbortSignal } = {}): Promise<WrittenCheckpoint> {
    return this.#context.keeper.checkpoint(this.#current(), options.signal)
  }

  /**
   * Writes one log file that stands for all commits since the newest checkpoint, so that opening takes fewer requests. It
   * is worth it where many commits lie between checkpoints.
   * @returns the versions that it stands for; nothing where there are fewer than two.
   * @throws {DeltaError} `unsupported` for a table that this library does not write.
   */
  async compactLog(options: { readonly signal?: AbortSignal } = {}): Promise<CompactedRange | undefined> {
    return compactLog(this.#context.store, { from: this.#current(), ...options })
  }

  /**
   * Writes small files of a partition together into larger ones, and files with deletion vectors anew without the rows that
   * these mark, in one commit for each 8 GiB. No row changes: it never collides with an append, and change feeds tell
   * nothing of it. Where there is nothing to do, nothing is committed. The columns that a table is clustered by do not count.
   * @throws {DeltaError} `invalid-argument` for a filter on other columns than partition columns; `unsupported` for a table
   * with row tracking; `conflict` when somebody removed a file meanwhile that was packed: call it again.
   */
  async optimize(options: OptimizeOptions = {}): Promise<OptimizeResult> {
    return this.#seen(await optimize(this.#context, this.#current(), options))
  }

  /**
   * Makes the table what it was at a version or a time, files and metadata, in one commit on top of the newest version. The
   * history stays, the protocol never goes down, and identity columns go on behind the last value given out.
   * @throws {DeltaError} `not-found` for a version that is not there, or naming a file of it that a vacuum took; `conflict` when
   * anybody changed the table meanwhile; `unsupported` where it was clustered by other columns then.
   */
  async restore(options: RestoreOptions): Promise<RestoreResult> {
    return this.#seen(await restore(this.#context, this.#current(), options))
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
    return this.#seen(await vacuum(this.#context, this.#current(), options))
  }

  /**
   * Deletes what the log no longer needs, as happens behind every checkpoint: what is older than a checkpoint that is itself
   * older than `delta.logRetentionDuration` (30 days unless set) and than every one of `keepVersions`.
   * @returns how many objects were deleted.
   * @throws {DeltaError} `unsupported` for a table that this library does not write; `invalid-data` when the log is damaged.
   */
  async cleanUpLog(options: CleanUpLogOptions = {}): Promise<number> {
    return cleanUpLog(this.#context.store, this.#current(), this.#keeping(options))
  }

  /**
   * Makes the log forget every version before one, however young they are, and for good: a checkpoint of that version is
   * written and read back, then older commits, checkpoints, checksums and compacted files go. For erasure, as commits keep the
   * least and greatest values of files that are gone. Nobody may be at work on the base of an older version at this moment.
   * @throws {DeltaError} before anything is deleted: `invalid-argument` for a version that is not there yet, or where one of
   * `keepVersions` is older; `not-found` when it is gone already; `unsupported` for a table that this library does not write.
   */
  async forgetHistory(options: CleanUpLogOptions & { readonly before: number }): Promise<ForgottenHistory> {
    return forgetHistory(this.#context.store, this.#current(), { ...options, ...this.#keeping(options) })
  }

  /**
   * Which objects below the table hold some values, in whatever form: files of all versions, also those that no version has
   * any more, and the log. An empty answer is the proof that a value was erased. @see findTraces for what is sought.
   */
  async findTraces(needles: Needle | readonly Needle[], options: FindTracesOptions = {}): Promise<Trace[]> {
    return findTraces(this.#context.store, needles, options)
  }

  /** Waits for the housekeeping that runs after a verb was answered. Its failures are warnings, never thrown. */
  async settled(): Promise<void> {
    await this.#context.housekeeping.settled()
  }

  async #plan(options: ReadOptions & TimeTravel) {
    return planRead(this.#context, await this.#snapshotAt(options), options)
  }

  async #snapshotAt(options: ReadOptions & TimeTravel): Promise<Snapshot> {
    const travels = options.version !== undefined || options.timestamp !== undefined
    return travels ? snapshotAt(this.#context, options, options.signal) : this.#current()
  }

  #current(): Snapshot {
    if (this.#snapshot) return this.#snapshot
    throw new DeltaError(
      'not-found',
      `the table at ${this.location} is not there yet: it was created without a schema and takes it from the first append`,
    )
  }

  /** One append creates the table; those that come meanwhile wait for it, and create it themselves if it fails. */
  async #settledCreation(): Promise<void> {
    await this.#creation?.catch(() => {})
  }

  async #createWith(rows: RowsInput, options: WriteOptions): Promise<WriteResult> {
    const creation = createFromRows(this.#context, this.#definition, rows, options)
    this.#creation = creation
    try {
      this.#created = this.#seen(await creation)
      return this.#created
    } finally {
      this.#creation = undefined
    }
  }

  #keeping({ keepVersions = [], signal }: CleanUpLogOptions) {
    const { runtime, keepVersions: always } = this.#context
    return { runtime, keepVersions: [...always, ...keepVersions], signal }
  }

  #seen<Result>({ snapshot, result }: Written<Result>): Result {
    this.#keep(snapshot)
    return result
  }

  /** Never goes back: writes that run at once may end in any order. */
  #keep(snapshot: Snapshot): void {
    if (this.#snapshot === undefined || snapshot.version > this.#snapshot.version) this.#snapshot = snapshot
  }
}
