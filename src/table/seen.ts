import { DeltaError } from '../errors.ts'
import { loadSnapshot, type Snapshot } from '../log/index.ts'
import { snapshotAt, type TimeTravel } from './read.ts'
import type { TableContext } from './settings.ts'

/** What a handle saw of its table last. */
export class SeenTable {
  readonly context: TableContext
  #snapshot: Snapshot | undefined

  constructor(context: TableContext, snapshot: Snapshot | undefined) {
    this.context = context
    this.#snapshot = snapshot
  }

  /** Undefined while the table has no version. */
  get snapshot(): Snapshot | undefined {
    return this.#snapshot
  }

  /** @throws {DeltaError} `not-found` while the table has no version. */
  current(): Snapshot {
    if (this.#snapshot) return this.#snapshot
    throw new DeltaError(
      'not-found',
      `the table at ${this.context.store.location} is not there yet: it was created without a schema and takes it from the first append`,
    )
  }

  /** The version that was seen last, unless another is asked for. */
  async at(travel: TimeTravel & { readonly signal?: AbortSignal | undefined }): Promise<Snapshot> {
    const travels = travel.version !== undefined || travel.timestamp !== undefined
    return travels ? snapshotAt(this.context, travel, travel.signal) : this.current()
  }

  /** Looks for newer versions. */
  async refresh(options: { readonly signal?: AbortSignal }): Promise<void> {
    this.keep(await loadSnapshot(this.context.store, { ...(this.#snapshot && { from: this.#snapshot }), ...options }))
  }

  /** Never goes back: writes that run at once may end in any order. */
  keep(snapshot: Snapshot): void {
    if (this.#snapshot === undefined || snapshot.version > this.#snapshot.version) this.#snapshot = snapshot
  }
}
