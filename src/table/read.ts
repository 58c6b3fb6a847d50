import { type AddFile, columnsMatchBy, loadSnapshot, type Snapshot } from '../log/index.ts'
import { parseFilter } from '../predicate/index.ts'
import { type FileToRead, pruneFiles, type ReadRequest } from '../scan/index.ts'
import type { RowValueOptions } from '../schema/index.ts'
import { reachFiles } from './reach-files.ts'
import type { TableContext } from './settings.ts'

export interface ReadOptions extends RowValueOptions {
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
 * The files of one snapshot that may hold rows wanted, and what is wanted of them: files that cannot hold a matching row,
 * by their partition values or statistics, are not opened.
 * @throws {DeltaError} `invalid-argument` for a filter that does not fit the schema.
 */
export function planRead(
  { store }: TableContext,
  snapshot: Snapshot,
  options: ReadOptions,
): readonly [Iterable<FileToRead>, ReadRequest] {
  const { schema, partitionColumns } = snapshot
  const where = options.where === undefined ? undefined : parseFilter(options.where, schema)
  const matchBy = columnsMatchBy(snapshot.metadata)
  const files = pruneFiles(snapshot.files(), where, schema, partitionColumns)
  return [filesToRead(files, reachFiles(store)), { ...options, where, schema, partitionColumns, matchBy }]
}

function* filesToRead(files: Iterable<AddFile>, reach: Omit<FileToRead, 'file'>): Generator<FileToRead> {
  for (const file of files) yield { file, ...reach }
}

export async function snapshotAt(context: TableContext, travel: TimeTravel, signal?: AbortSignal): Promise<Snapshot> {
  const timestamp = travel.timestamp instanceof Date ? travel.timestamp.getTime() : travel.timestamp
  return loadSnapshot(context.store, {
    ...(travel.version !== undefined && { version: travel.version }),
    ...(timestamp !== undefined && { timestamp }),
    ...(signal && { signal }),
  })
}
