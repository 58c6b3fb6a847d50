import { DeltaError } from '../errors.ts'
import { harmless } from '../harmless.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'
import { type ObjectStore, openStore } from '../store/index.ts'
import { type Housekeeping, housekeeping } from './housekeeping.ts'
import { type LogKeeper, logKeeper } from './log-keeper.ts'

/** Where a table lives and what it may use of the world; the same for `createTable` and `openTable`. */
export interface TableSettings {
  /** The store to use instead of the one that the location names. */
  readonly store?: ObjectStore
  readonly runtime?: Runtime
  /** Stops the call that it is given to; what a table does later takes a signal of its own. */
  readonly signal?: AbortSignal
  /**
   * Told of things that went wrong without harm to the table: leftovers, housekeeping. What it throws is let go of. Default:
   * nowhere.
   */
  readonly onWarning?: (message: string) => void
  /**
   * Versions that must stay readable when the log is cleaned up after a checkpoint, and when the table is vacuumed,
   * however old they are: those that shares pin.
   */
  readonly keepVersions?: readonly number[]
}

/** Everything a table needs of the world, settled. */
export interface TableContext {
  readonly store: ObjectStore
  readonly runtime: Runtime
  readonly warn: (message: string) => void
  readonly housekeeping: Housekeeping
  readonly keeper: LogKeeper
  /** Versions that neither a vacuum nor a cleanup of the log takes away. */
  readonly keepVersions: readonly number[]
}

export async function tableContext(location: string, settings: TableSettings): Promise<TableContext> {
  if (typeof location !== 'string' || location === '') {
    throw new DeltaError(
      'invalid-argument',
      'the location of a table is empty: give a path, file:///dir or s3://bucket/prefix',
    )
  }
  const runtime = settings.runtime ?? systemRuntime
  const store = settings.store ?? (await openStore(location, { runtime }))
  const warn = harmless(settings.onWarning)
  const work = housekeeping(warn)
  const keepVersions = settings.keepVersions ?? []
  const keeper = logKeeper({ store, runtime, housekeeping: work, keepVersions })
  return { store, runtime, warn, housekeeping: work, keeper, keepVersions }
}
