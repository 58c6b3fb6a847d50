import { DeltaError, isDeltaError } from '../../errors.ts'
import type { Runtime } from '../../runtime.ts'
import type { Row } from '../../schema/index.ts'
import type { ObjectStore } from '../../store/index.ts'
import { createTable, openTable, type Table } from '../../table/index.ts'
import { goBack } from '../go-back.ts'
import type { MetadataTable } from '../table-name.ts'
import type { TableKind } from './table.ts'

/** Where a metadata table lies, and what of it is published. */
export interface MetadataPlace {
  readonly location: string
  /** Rooted at the table. */
  readonly store: ObjectStore
  /** The version that the share shows; undefined while it shows none. */
  readonly pin: number | undefined
}

/** What the metadata tables may use of the world. */
export interface MetadataSettings {
  readonly place: (table: MetadataTable) => MetadataPlace
  /** Whether recipients see the version that the share shows, and not always the newest. */
  readonly isPinned: boolean
  readonly runtime: Runtime
  readonly warn: (message: string) => void
  readonly signal?: AbortSignal | undefined
}

/** What the share is to show of a metadata table. */
export interface WrittenTable {
  readonly name: MetadataTable
  readonly location: string
  readonly version: number
  /** False where this is what it shows already. */
  readonly changed: boolean
}

/**
 * A table changes with nearly every publication, and a shared one may have 100,000 removed files in its log (limits of
 * Databricks), so they are forgotten sooner than by default.
 */
const PROPERTIES = { 'delta.deletedFileRetentionDuration': 'interval 1 days' }

/**
 * A metadata table as the share shows it. Versions behind the pin were left by a publication that died or lost, or are
 * being written by one that will: nothing of them is ever read here.
 */
export class PinnedTable<R extends Row> {
  readonly kind: TableKind<R>
  readonly place: MetadataPlace
  readonly #settings: MetadataSettings
  #head: Promise<Table> | undefined

  constructor(kind: TableKind<R>, settings: MetadataSettings) {
    this.kind = kind
    this.place = settings.place(kind.name)
    this.#settings = settings
  }

  /** The rows that are published and pass a filter; none while nothing is. */
  async rows(where?: object): Promise<R[]> {
    const rows: R[] = []
    for await (const row of this.read({ where })) rows.push(this.kind.parse(row))
    return rows
  }

  async *read(options: { readonly where?: object | undefined; readonly columns?: readonly string[] }) {
    const { pin } = this.place
    if (pin === undefined) return
    const head = await this.head()
    const { signal } = this.#settings
    yield* head.read({ ...options, signal, ...(head.version !== pin && { version: pin }) })
  }

  /** The table at its newest version; where nothing is published it is made, without rows. */
  head(): Promise<Table> {
    this.#head ??= this.place.pin === undefined ? this.#openOrCreate() : this.#open()
    return this.#head
  }

  /**
   * The same, to be written to. What a publication left that died or lost is taken back before, where recipients do not see it;
   * where they do, it is the write that takes it back, lest they see the table go to and fro.
   */
  async headFromPin(): Promise<Table> {
    const head = await this.head()
    if (this.#settings.isPinned) await goBack(head, this.place.pin, this.#settings.signal)
    return head
  }

  /**
   * Whether recipients see what a publication left that died or lost, because they always see the newest version: then that is
   * to be taken back also where nothing changes.
   */
  async isOvertaken(): Promise<boolean> {
    const { pin } = this.place
    if (this.#settings.isPinned || pin === undefined) return false
    return (await this.head()).version !== pin
  }

  /** What is to be shown after a change, or as it is. */
  written(version: number): WrittenTable {
    const { kind, place } = this
    return { name: kind.name, location: place.location, version, changed: version !== place.pin }
  }

  #open(): Promise<Table> {
    return openTable(this.place.location, this.#tableSettings())
  }

  async #openOrCreate(): Promise<Table> {
    const { kind, place } = this
    try {
      return await createTable(place.location, {
        ...this.#tableSettings(),
        schema: kind.schema,
        name: kind.name,
        properties: PROPERTIES,
      })
    } catch (error) {
      if (isDeltaError(error, 'already-exists')) return this.#open()
      throw startOver(error, kind.name)
    }
  }

  #tableSettings() {
    const { runtime, warn, signal } = this.#settings
    const { store, pin } = this.place
    return { store, runtime, onWarning: warn, keepVersions: pin === undefined ? [] : [pin], ...(signal && { signal }) }
  }
}

/**
 * A commit whose answer was lost may be there or not. Here that is a lost race like others: whoever starts over goes from
 * the version that the share shows, not from the newest one.
 */
export function startOver(error: unknown, table: MetadataTable): unknown {
  if (!isDeltaError(error, 'commit-unknown')) return error
  return new DeltaError(
    'conflict',
    `could not write ${table}: the answer to a commit was lost; read the share again, and start from what it shows`,
    { cause: error },
  )
}
