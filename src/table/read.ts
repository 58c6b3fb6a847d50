import type { Table as ArrowTable, RecordBatch } from 'apache-arrow'
import { throwIfAborted } from '../errors.ts'
import { type AddFile, decodePath, loadSnapshot, type Snapshot } from '../log/index.ts'
import {
  arrowTable,
  limitRows,
  RECORD_BATCH_ROWS,
  recordBatches,
  rowBuilder,
  type SelectedRows,
} from '../parquet/index.ts'
import { parseFilter } from '../predicate/index.ts'
import { pruneFiles, type ReadVector, type ScanRequest, scanRows, storedAccess } from '../scan/index.ts'
import { columnMappingMode, type Row, type RowValueOptions, type StructType, selectFields } from '../schema/index.ts'
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
 * The rows of one snapshot, file by file. Files that cannot hold a matching row, by their partition values or
 * statistics, are not opened; the filter on what is read is exact.
 */
export async function* readRows(context: TableContext, snapshot: Snapshot, options: ReadOptions): AsyncGenerator<Row> {
  const build = rowBuilder(wantedSchema(snapshot, options).fields, options)
  for await (const selected of selectedRows(context, snapshot, options)) {
    for (const row of build(selected)) {
      throwIfAborted(options.signal)
      yield row
    }
  }
}

/** The same rows as Arrow's record batches. */
export async function* readRecordBatches(
  context: TableContext,
  snapshot: Snapshot,
  options: ReadOptions,
): AsyncGenerator<RecordBatch> {
  const selected = selectedRows(context, snapshot, { ...options, rowsAtATime: RECORD_BATCH_ROWS })
  yield* recordBatches(selected, wantedSchema(snapshot, options))
}

/** The same rows as one Arrow table. */
export async function readArrowTable(
  context: TableContext,
  snapshot: Snapshot,
  options: ReadOptions,
): Promise<ArrowTable> {
  const selected = selectedRows(context, snapshot, { ...options, rowsAtATime: RECORD_BATCH_ROWS })
  return arrowTable(selected, wantedSchema(snapshot, options))
}

function wantedSchema({ schema }: Snapshot, { columns }: ReadOptions): StructType {
  return { type: 'struct', fields: selectFields(schema, columns) }
}

function selectedRows(
  { store }: TableContext,
  snapshot: Snapshot,
  options: ReadOptions & { readonly rowsAtATime?: number },
): AsyncGenerator<SelectedRows> {
  const { schema, partitionColumns } = snapshot
  const where = options.where === undefined ? undefined : parseFilter(options.where, schema)
  const open = (file: { path: string; size: number }) =>
    storedAccess(store, decodePath(file.path, store.location), file.size)
  const readVector: ReadVector = async (path, range, signal) =>
    (await store.get(decodePath(path, store.location), { range, signal })).body
  const matchBy = columnMappingMode(snapshot.metadata.configuration) === 'id' ? 'id' : 'name'
  const files = pruneFiles(snapshot.files(), where, schema, partitionColumns)
  const request = { ...options, where, open, readVector, schema, partitionColumns, matchBy } as const
  return limitRows(scanFiles(files, request), options.limit)
}

async function* scanFiles(files: Iterable<AddFile>, request: Omit<ScanRequest, 'file'>): AsyncGenerator<SelectedRows> {
  for (const file of files) yield* scanRows({ ...request, file })
}

export async function snapshotAt(context: TableContext, travel: TimeTravel, signal?: AbortSignal): Promise<Snapshot> {
  const timestamp = travel.timestamp instanceof Date ? travel.timestamp.getTime() : travel.timestamp
  return loadSnapshot(context.store, {
    ...(travel.version !== undefined && { version: travel.version }),
    ...(timestamp !== undefined && { timestamp }),
    ...(signal && { signal }),
  })
}
