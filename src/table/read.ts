import { DeltaError, throwIfAborted } from '../errors.ts'
import { decodePath, loadSnapshot, type Snapshot } from '../log/index.ts'
import { parseFilter } from '../predicate/index.ts'
import { pruneFiles, type RowFormat, scanFile, selectFields, storedAccess } from '../scan/index.ts'
import type { Row } from '../schema/index.ts'
import type { TableContext } from './settings.ts'

export interface ReadOptions extends RowFormat {
  /** Columns wanted, in this order; all by default. */
  readonly columns?: readonly string[] | undefined
  /** `{ price: { gte: 10 }, country: { in: ['DE', 'FR'] } }`: all must hold. */
  readonly where?: object | undefined
  /** At most this many rows. */
  readonly limit?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** A point in a table's history: a version, or the newest version at a time (milliseconds since 1970, or a `Date`). */
export interface TimeTravel {
  readonly version?: number | undefined
  readonly timestamp?: number | Date | undefined
}

/**
 * The rows of one snapshot, file by file. Files that cannot hold a matching row, by their partition values or
 * statistics, are not opened; the filter on what is read is exact.
 */
export async function* readRows(context: TableContext, snapshot: Snapshot, options: ReadOptions): AsyncGenerator<Row> {
  const { schema, partitionColumns } = snapshot
  const where = options.where === undefined ? undefined : parseFilter(options.where, schema)
  selectFields(schema, options.columns)
  let left = rowLimit(options.limit)
  const open = (file: { path: string; size: number }) =>
    storedAccess(context.store, decodePath(file.path, context.store.location), file.size)
  if (left === 0) return
  for (const file of pruneFiles(snapshot.files(), where, schema, partitionColumns)) {
    for await (const rows of scanFile({ ...options, where, file, open, schema, partitionColumns })) {
      for (const row of rows) {
        throwIfAborted(options.signal)
        yield row
        if (--left === 0) return
      }
    }
  }
}

function rowLimit(limit = Number.POSITIVE_INFINITY): number {
  if (limit === Number.POSITIVE_INFINITY || (Number.isSafeInteger(limit) && limit >= 0)) return limit
  throw new DeltaError('invalid-argument', `limit ${limit}: expected a whole number of rows from 0`)
}

export async function snapshotAt(context: TableContext, travel: TimeTravel, signal?: AbortSignal): Promise<Snapshot> {
  const timestamp = travel.timestamp instanceof Date ? travel.timestamp.getTime() : travel.timestamp
  return loadSnapshot(context.store, {
    ...(travel.version !== undefined && { version: travel.version }),
    ...(timestamp !== undefined && { timestamp }),
    ...(signal && { signal }),
  })
}
