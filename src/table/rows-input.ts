import { DeltaError } from '../errors.ts'
import {
  type ArrowTable,
  type ColumnBatch,
  columnsFromArrow,
  describeValue,
  isArrowTable,
  type Row,
} from '../schema/index.ts'
import { BATCH_ROWS, type RowsBatch } from './rows-batch.ts'

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

/** Any accepted input as batches. @throws {DeltaError} `invalid-argument` for something that is no rows. */
export async function* batchesOf(input: RowsInput): AsyncGenerator<RowsBatch> {
  if (typeof input !== 'object' || input === null) {
    throw new DeltaError(
      'invalid-argument',
      `no rows: expected an array of objects, an iterable, columns or an Arrow table, found ${describeValue(input)}`,
    )
  }
  if (Array.isArray(input)) {
    yield { kind: 'rows', rows: input }
  } else if (isArrowTable(input)) {
    for (const batch of columnsFromArrow(input)) yield ofOneLength(batch)
  } else if (isColumnBatch(input)) {
    yield ofOneLength(input)
  } else if (Symbol.asyncIterator in input || Symbol.iterator in input) {
    yield* gathered(input as AsyncIterable<Row | readonly Row[] | ColumnBatch>)
  } else {
    yield ofOneLength(plainColumns(input as Record<string, ArrayLike<unknown>>))
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
  return isColumnBatch(item) ? ofOneLength(item) : undefined
}

function plainColumns(input: Readonly<Record<string, ArrayLike<unknown>>>): ColumnBatch {
  const columns = new Map(Object.entries(input))
  const [first] = columns.values()
  if (first === undefined) throw new DeltaError('invalid-argument', 'no rows: the object of columns is empty')
  return { length: first?.length, columns }
}

/** A batch whose columns have as many values as it has rows: none would be missed, nor dropped, without a word. */
function ofOneLength(batch: ColumnBatch): RowsBatch {
  for (const [name, values] of batch.columns) {
    // A text has a length too: the object is a row then.
    if (typeof values !== 'object' || typeof values?.length !== 'number') {
      throw new DeltaError(
        'invalid-argument',
        `column ${JSON.stringify(name)}: expected an array of its values, found ${describeValue(values)}; put a row into an array: [{ … }]`,
        { column: name },
      )
    }
    if (values.length !== batch.length) {
      throw new DeltaError(
        'invalid-argument',
        `columns must be of one length: ${JSON.stringify(name)} has ${values.length} values, expected ${batch.length}`,
        { column: name },
      )
    }
  }
  return { kind: 'columns', batch }
}
