import { isDeltaError } from '../errors.ts'
import { loadSnapshot } from '../log/index.ts'
import { batchesOf, type RowsInput } from '../schema/index.ts'
import type { ObjectStore } from '../store/index.ts'
import { alreadyThere, createFromRows, createVersionZero, type TableDefinition } from './create.ts'
import { snapshotAt, type TimeTravel } from './read.ts'
import { type TableSettings, tableContext } from './settings.ts'
import { Table } from './table.ts'
import type { WriteOptions } from './write.ts'

export interface CreateTableOptions extends TableDefinition, TableSettings {
  /** First rows, committed together with the table in version 0. */
  readonly rows?: RowsInput | undefined
  /** How those rows are written. */
  readonly write?: WriteOptions | undefined
}

/**
 * Creates a Delta table, in one atomic commit: another writer sees the whole of it or nothing. Without `schema` it is
 * inferred from `rows`; without both, the table comes into being with its first append.
 *
 * @example
 * const table = await createTable('s3://bucket/tables/products', { schema: z.object({ id: z.string() }) })
 * @throws {DeltaError} `already-exists` when the location holds a table; `invalid-argument` or `unsupported` for a schema
 * or properties that cannot be.
 */
export async function createTable(location: string, options: CreateTableOptions = {}): Promise<Table> {
  const context = await tableContext(location, options)
  const { rows, schema, signal } = options
  // Looked for even when version 0 will be written conditionally: a log that was cleaned has no version 0 any more.
  if (await isTable(context.store, signal)) throw alreadyThere(context.store.location)
  if (schema === undefined && rows === undefined) return new Table(context, { definition: options })
  const write = { ...options.write, signal: options.write?.signal ?? signal }
  try {
    return new Table(
      context,
      schema !== undefined
        ? await createVersionZero(context, { ...options, schema }, rows && batchesOf(rows), write)
        : await createFromRows(context, options, rows ?? [], write),
    )
  } catch (error) {
    await context.housekeeping.settled()
    throw error
  }
}

/**
 * Opens a Delta table at its newest version, or at a version or time of its history.
 * @throws {DeltaError} `not-found` when there is no table, or no such version; `unsupported` naming the table feature that
 * this library cannot read; `invalid-data` when the log is damaged.
 */
export async function openTable(location: string, options: TableSettings & TimeTravel = {}): Promise<Table> {
  const context = await tableContext(location, options)
  return new Table(context, { snapshot: await snapshotAt(context, options, options.signal) })
}

async function isTable(store: ObjectStore, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await loadSnapshot(store, { signal })
    return true
  } catch (error) {
    if (isDeltaError(error, 'not-found')) return false
    // A table that we cannot read, or that is damaged, is there all the same.
    if (isDeltaError(error, 'unsupported') || isDeltaError(error, 'invalid-data')) return true
    throw error
  }
}
