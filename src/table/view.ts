import type { Table as ArrowTable, RecordBatch } from 'apache-arrow'
import { type HistoryEntry, type HistoryOptions, loadHistory } from '../log/index.ts'
import { readArrowTable, readColumns, readRecordBatches, readRows } from '../scan/index.ts'
import type { ColumnBatch, Row, StructType } from '../schema/index.ts'
import { type ChangesOptions, readChanges } from './changes.ts'
import { type FileInfo, filesOf, infoOf, type TableInfo } from './info.ts'
import { planRead, type ReadOptions, type TimeTravel } from './read.ts'
import type { SeenTable } from './seen.ts'
import { type FindTracesOptions, findTraces, type Trace } from './traces/find-traces.ts'
import type { Needle } from './traces/needle.ts'

/** A Delta table as it is read: the version that was seen last, or any other. */
export class TableView {
  readonly #seen: SeenTable

  /** @internal */
  constructor(seen: SeenTable) {
    this.#seen = seen
  }

  /** Where the table is. */
  get location(): string {
    return this.#seen.context.store.location
  }

  /** The version that this handle sees. @throws {DeltaError} `not-found` before the first append of a table without schema. */
  get version(): number {
    return this.#seen.current().version
  }

  get schema(): StructType {
    return this.#seen.current().schema
  }

  get partitionColumns(): readonly string[] {
    return this.#seen.current().partitionColumns
  }

  /** Id, schema, protocol, properties and totals of the version that this handle sees. */
  info(): TableInfo {
    return infoOf(this.#seen.current(), this.location)
  }

  /** The data files of the version that this handle sees. */
  files(): FileInfo[] {
    return filesOf(this.#seen.current())
  }

  /**
   * The transactions that the version which this handle sees knows: the latest version of each `appId`, as `txn` of a commit
   * said it.
   */
  transactions(): ReadonlyMap<string, number | bigint> {
    return new Map(Array.from(this.#seen.current().state.txns, ([appId, { version }]) => [appId, version]))
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
    yield* readChanges(this.#seen.context, this.#seen.current(), options)
  }

  /** The commits of the table, newest first. */
  async history(options: HistoryOptions = {}): Promise<HistoryEntry[]> {
    return loadHistory(this.#seen.context.store, options)
  }

  /** Looks for newer versions. @returns the version that the handle sees now. */
  async refresh(options: { readonly signal?: AbortSignal } = {}): Promise<number> {
    await this.#seen.refresh(options)
    return this.version
  }

  /**
   * Which objects below the table hold some values, in whatever form: files of all versions, also those that no version has
   * any more, and the log. An empty answer is the proof that a value was erased. @see findTraces for what is sought.
   */
  async findTraces(needles: Needle | readonly Needle[], options: FindTracesOptions = {}): Promise<Trace[]> {
    return findTraces(this.#seen.context.store, needles, options)
  }

  async #plan(options: ReadOptions & TimeTravel) {
    return planRead(this.#seen.context, await this.#seen.at(options), options)
  }
}
