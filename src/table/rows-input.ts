import { DeltaError } from '../errors.ts'
import { type ArrowTable, type ColumnBatch, columnsFromArrow, isArrowTable, type Row } from '../schema/index.ts'

/**
 * What a table takes as rows: row objects (an array, any iterable, or an async iterable of rows, of arrays of rows or of
 * batches of columns), columns of equal length, or an Arrow table.
 */
export type RowsInput =
  | Iterable<Row>
  | AsyncIterable<Row | readonly Row[] | ColumnBatch>
  | { readonly [column: string]: ArrayLike<unknown> }
  | ColumnBatch
  | ArrowTable

/** Rows as they go into an encoder: some at a time, in either of two shapes. */
export type RowsBatch =
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'columns'; readonly batch: ColumnBatch }

/** Rows gathered before they are encoded: enough to make the walk over columns worth it, little to hold. */
const BATCH_ROWS = 4096

/** Any accepted input as batches. @throws {DeltaError} `invalid-argument` for something that is no rows. */
export async function* batchesOf(input: RowsInput): AsyncGenerator<RowsBatch> {
  if (Array.isArray(input)) {
    yield { kind: 'rows', rows: input }
  } else if (isArrowTable(input)) {
    for (const batch of columnsFromArrow(input)) yield { kind: 'columns', batch }
  } else if (isColumnBatch(input)) {
    yield { kind: 'columns', batch: input }
  } else if (Symbol.asyncIterator in input || Symbol.iterator in input) {
    yield* gathered(input as AsyncIterable<Row | readonly Row[] | ColumnBatch>)
  } else {
    yield { kind: 'columns', batch: plainColumns(input as Record<string, ArrayLike<unknown>>) }
  }
}

function isColumnBatch(input: object): input is ColumnBatch {
  return 'columns' in input && input.columns instanceof Map && 'length' in input && typeof input.length === 'number'
}

/** Rows from an iterable, gathered into batches; arrays of rows and batches of columns pass as they are. */
async function* gathered(input: AsyncIterable<Row | readonly Row[] | ColumnBatch>): AsyncGenerator<RowsBatch> {
  let rows: Row[] = []
  for await (const item of input) {
    const batch = batchOf(item)
    if (batch === undefined) rows.push(item as Row)
    if (rows.length > 0 && (batch !== undefined || rows.length === BATCH_ROWS)) {
      yield { kind: 'rows', rows }
      rows = []
    }
    if (batch !== undefined) yield batch
  }
  if (rows.length > 0) yield { kind: 'rows', rows }
}

/** An item that is a batch already; undefined for a single row. */
function batchOf(item: Row | readonly Row[] | ColumnBatch): RowsBatch | undefined {
  if (Array.isArray(item)) return { kind: 'rows', rows: item as readonly Row[] }
  return isColumnBatch(item) ? { kind: 'columns', batch: item } : undefined
}

function plainColumns(input: Readonly<Record<string, ArrayLike<unknown>>>): ColumnBatch {
  const columns = new Map(Object.entries(input))
  const [first] = columns.values()
  if (first === undefined) throw new DeltaError('invalid-argument', 'no rows: the object of columns is empty')
  for (const [name, values] of columns) {
    if (typeof values?.length !== 'number' || values.length !== first.length) {
      throw new DeltaError(
        'invalid-argument',
        `columns must be arrays of one length: ${JSON.stringify(name)} has ${values?.length ?? 'none'}, expected ${first.length}`,
        { column: name },
      )
    }
  }
  return { length: first.length, columns }
}
