import { DeltaError, throwIfAborted } from '../errors.ts'
import { schemaFromArrow } from './arrow.ts'
import { isArrowBatch, isArrowTable } from './arrow-table.ts'
import { inferSchema } from './infer.ts'
import type { Row } from './row.ts'
import { rowsAsText, type TextColumn } from './rows-as-text.ts'
import type { RowsBatch } from './rows-batch.ts'
import type { RowsInput } from './rows-input.ts'
import type { StructType } from './types.ts'

/** How many rows are looked at before a schema is settled, when none is given. */
const INFERENCE_ROWS = 10_000

/** A schema found in rows, and the rows again. */
export interface RowsSchema {
  readonly schema: StructType
  /** What a person should know about it: columns of mixed values that became text. */
  readonly notices: readonly string[]
  readonly batches: AsyncGenerator<RowsBatch>
}

/**
 * Infers a schema from the head of an input (all of it where it is an array or Arrow), and gives the input back whole.
 * @param source the batches of the input; to close them is the caller's part.
 * @throws {DeltaError} `invalid-argument` when there are no rows to infer from; `aborted`.
 */
export async function rowsSchema(
  input: RowsInput,
  source: AsyncGenerator<RowsBatch>,
  signal?: AbortSignal,
): Promise<RowsSchema> {
  if (isArrowTable(input) || isArrowBatch(input)) {
    return { schema: schemaFromArrow(input.schema), notices: [], batches: source }
  }
  const head: RowsBatch[] = []
  const rows: Row[] = []
  while (rows.length < INFERENCE_ROWS) {
    throwIfAborted(signal)
    const next = await source.next()
    if (next.done) break
    head.push(next.value)
    for (const row of rowsOf(next.value)) rows.push(row)
  }
  if (rows.length === 0) {
    throw new DeltaError(
      'invalid-argument',
      'there are no rows to infer a schema from: give a schema, or at least one row',
    )
  }
  const { schema, notices, textColumns } = inferSchema(rows, { nested: true })
  return { schema, notices, batches: asText(chain(head, source), textColumns) }
}

function* rowsOf(batch: RowsBatch): Generator<Row> {
  if (batch.kind === 'rows') yield* batch.rows
  else {
    for (let index = 0; index < batch.batch.length; index++) {
      yield Object.fromEntries([...batch.batch.columns].map(([name, values]) => [name, values[index]]))
    }
  }
}

async function* chain(head: readonly RowsBatch[], rest: AsyncIterable<RowsBatch>): AsyncGenerator<RowsBatch> {
  yield* head
  yield* rest
}

/** Batches with the columns that became text, because their values were mixed, written as text. */
async function* asText(batches: AsyncIterable<RowsBatch>, columns: readonly TextColumn[]): AsyncGenerator<RowsBatch> {
  const rowAsText = rowsAsText(columns)
  for await (const batch of batches) {
    yield columns.length === 0 ? batch : { kind: 'rows', rows: Array.from(rowsOf(batch), rowAsText) }
  }
}
