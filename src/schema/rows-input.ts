import { DeltaError } from '../errors.ts'
import { type ArrowRecordBatch, type ArrowTable, columnsFromArrow, isArrowBatch, isArrowTable } from './arrow-table.ts'
import { describeValue } from './cast-error.ts'
import type { ColumnBatch } from './column-batch.ts'
import type { Row } from './row.ts'
import { BATCH_ROWS, type RowsBatch } from './rows-batch.ts'

/** What an iterable gives: a row, or many at a time. */
type RowsItem = Row | readonly Row[] | ColumnBatch | ArrowTable | ArrowRecordBatch

/**
 * What is taken as rows: row objects (an array, any iterable, or an async iterable of rows, of arrays of rows, of batches of
 * columns or of Arrow's record batches), columns of equal length, an Arrow table or a record batch of one.
 */
export type RowsInput =
  | Iterable<RowsItem>
  | AsyncIterable<RowsItem>
  | { readonly [column: string]: ArrayLike<unknown> }
  | ColumnBatch
  | ArrowTable
  | ArrowRecordBatch

/** Any accepted input as batches. @throws {DeltaError} `invalid-argument` for something that is no rows. */
export async function* batchesOf(input: RowsInput): AsyncGenerator<RowsBatch> {
  if (typeof input !== 'object' || input === null) {
    throw new DeltaError(
      'invalid-argument',
      `no rows: expected an array of objects, an iterable, columns or an Arrow table, found ${describeValue(input)}`,
    )
  }
  const batches = holdsBatches(input) ? undefined : batchesIn(input)
  if (batches !== undefined) {
    yield* batches
  } else if (Symbol.asyncIterator in input || Symbol.iterator in input) {
    yield* gathered(input as AsyncIterable<RowsItem>)
  } else {
    yield ofOneLength(plainColumns(input as Record<string, ArrayLike<unknown>>))
  }
}

/** The batches of something that holds many rows at once; undefined for a single row, and for what is yet to be iterated. */
function batchesIn(input: object): Iterable<RowsBatch> | undefined {
  if (Array.isArray(input)) return [{ kind: 'rows', rows: input }]
  if (isArrowTable(input)) return arrowBatches(input)
  if (isArrowBatch(input)) return arrowBatches({ schema: input.schema, numRows: input.numRows, batches: [input] })
  return isColumnBatch(input) ? [ofOneLength(input)] : undefined
}

/** An array of record batches, say: to be iterated, since its items are no rows. */
function holdsBatches(input: object): boolean {
  const first: unknown = Array.isArray(input) ? input[0] : undefined
  return typeof first === 'object' && first !== null && batchesIn(first) !== undefined
}

function* arrowBatches(table: ArrowTable): Generator<RowsBatch> {
  for (const batch of columnsFromArrow(table)) yield { ...ofOneLength(batch), arrow: table.schema }
}

function isColumnBatch(input: object): input is ColumnBatch {
  return 'columns' in input && input.columns instanceof Map && 'length' in input && typeof input.length === 'number'
}

/** Characters of text after which a batch ends, however few its rows: a cell may be a page of the web. */
const BATCH_CHARACTERS = 8 * 2 ** 20

/** Rows from an iterable, gathered into batches; what holds many rows passes as it is. */
async function* gathered(input: AsyncIterable<RowsItem>): AsyncGenerator<RowsBatch> {
  let rows: Row[] = []
  let characters = 0
  for await (const item of input) {
    const batches = typeof item === 'object' && item !== null ? batchesIn(item) : undefined
    if (batches === undefined) {
      const row = item as Row
      rows.push(row)
      characters += charactersOf(row)
    }
    const isFull = rows.length === BATCH_ROWS || characters >= BATCH_CHARACTERS
    if (rows.length > 0 && (batches !== undefined || isFull)) {
      yield { kind: 'rows', rows }
      rows = []
      characters = 0
    }
    if (batches !== undefined) yield* batches
  }
  if (rows.length > 0) yield { kind: 'rows', rows }
}

/** Of the texts that are columns of a row; of what is no row, whoever writes it says so. */
function charactersOf(row: Row): number {
  let characters = 0
  // Five times as fast as going through the values.
  for (const column in row) {
    const value = row[column]
    if (typeof value === 'string') characters += value.length
  }
  return characters
}

function plainColumns(input: Readonly<Record<string, ArrayLike<unknown>>>): ColumnBatch {
  const columns = new Map(Object.entries(input))
  const [first] = columns.values()
  if (first === undefined) throw new DeltaError('invalid-argument', 'no rows: the object of columns is empty')
  return { length: first?.length, columns }
}

/** A batch whose columns have as many values as it has rows: none would be missed, nor dropped, without a word. */
function ofOneLength(batch: ColumnBatch): RowsBatch & { kind: 'columns' } {
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
