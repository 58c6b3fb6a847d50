import type { Table as ArrowTable, RecordBatch } from 'apache-arrow'
import { throwIfAborted } from '../errors.ts'
import {
  arrowTable,
  columnBuilder,
  limitRows,
  RECORD_BATCH_ROWS,
  recordBatches,
  rowBuilder,
  type SelectedRows,
} from '../parquet/index.ts'
import { type ColumnBatch, type Row, type StructType, selectFields } from '../schema/index.ts'
import { type ChangeScanRequest, scanChange } from './changes.ts'
import { type ScanRequest, scanRows } from './file.ts'

/** One data file of a read: its action, and how its bytes are reached. */
export type FileToRead = Pick<ScanRequest, 'file' | 'open' | 'readVector'>

/** Files, in the order in which their rows come; the next one is asked for when the rows of those before were taken. */
export type FilesToRead = Iterable<FileToRead> | AsyncIterable<FileToRead>

/** What of the files is wanted, in whichever form it is asked for. */
export type ReadRequest = Omit<ScanRequest, keyof FileToRead | 'rowsAtATime'>

/** The rows of data files as objects, at most `limit`. @throws {DeltaError} as `scanRows` does. */
export function readRows(files: FilesToRead, request: ReadRequest): AsyncGenerator<Row> {
  return rowsOf(select(files, request), request)
}

/** The same rows as columns, a few thousand rows at a time; no batch is empty. */
export async function* readColumns(files: FilesToRead, request: ReadRequest): AsyncGenerator<ColumnBatch> {
  const build = columnBuilder(wanted(request).fields, request)
  for await (const selected of select(files, request)) if (selected.indexes.length > 0) yield build(selected)
}

/** The same rows as Arrow's record batches. */
export async function* readRecordBatches(files: FilesToRead, request: ReadRequest): AsyncGenerator<RecordBatch> {
  yield* recordBatches(select(files, request, RECORD_BATCH_ROWS), wanted(request))
}

/** The same rows as one Arrow table, in memory. */
export async function readArrowTable(files: FilesToRead, request: ReadRequest): Promise<ArrowTable> {
  return arrowTable(select(files, request, RECORD_BATCH_ROWS), wanted(request))
}

async function* rowsOf(
  batches: AsyncIterable<SelectedRows>,
  request: Pick<ReadRequest, 'schema' | 'columns' | 'timestamps' | 'signal'>,
): AsyncGenerator<Row> {
  const build = rowBuilder(wanted(request).fields, request)
  for await (const selected of batches) {
    for (const row of build(selected)) {
      throwIfAborted(request.signal)
      yield row
    }
  }
}

function wanted({ schema, columns }: Pick<ReadRequest, 'schema' | 'columns'>): StructType {
  return { type: 'struct', fields: selectFields(schema, columns) }
}

function select(files: FilesToRead, request: ReadRequest, rowsAtATime?: number): AsyncGenerator<SelectedRows> {
  return limitRows(selectFromAll(files, { ...request, rowsAtATime }), request.limit)
}

async function* selectFromAll(
  files: FilesToRead,
  request: Omit<ScanRequest, keyof FileToRead>,
): AsyncGenerator<SelectedRows> {
  for await (const file of files) yield* scanRows({ ...request, ...file })
}

/** One file by which changes are told, and how its bytes are reached. */
export type ChangeToRead = Pick<
  ChangeScanRequest,
  'change' | 'version' | 'timestamp' | 'open' | 'readVector' | 'sizeOf'
>

/** What of the changes is wanted; its schema is that of the changes. */
export type ChangeReadRequest = Omit<ChangeScanRequest, keyof ChangeToRead | 'rowsAtATime'>

/** The rows that files tell of as changed, as objects, at most `limit`. @throws {DeltaError} as `scanChange` does. */
export function readChangedRows(
  changes: Iterable<ChangeToRead> | AsyncIterable<ChangeToRead>,
  request: ChangeReadRequest,
): AsyncGenerator<Row> {
  return rowsOf(limitRows(selectChanges(changes, request), request.limit), request)
}

async function* selectChanges(
  changes: Iterable<ChangeToRead> | AsyncIterable<ChangeToRead>,
  request: ChangeReadRequest,
): AsyncGenerator<SelectedRows> {
  for await (const change of changes) yield* scanChange({ ...request, ...change })
}
