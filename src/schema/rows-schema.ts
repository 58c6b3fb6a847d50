import { DeltaError, throwIfAborted } from '../errors.ts'
import { schemaFromArrow } from './arrow.ts'
import { isArrowBatch, isArrowTable } from './arrow-table.ts'
import type { ColumnBatch } from './column-batch.ts'
import { areFloats } from './elements.ts'
import { inferSchema } from './infer.ts'
import type { Row } from './row.ts'
import { rowsAsText, type TextColumn } from './rows-as-text.ts'
import { type RowsBatch, rowsOf } from './rows-batch.ts'
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
 * Finds the schema of an input, and gives the input back whole: Arrow's own where it comes from Arrow, else inferred from
 * the head (all of it where it is an array). Floating-point arrays are `double` even where their numbers are whole.
 * @param source the batches of the input; to close them is the caller's part.
 * @throws {DeltaError} `invalid-argument` when there are no rows to infer from, or no columns in them; `aborted`.
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
    const arrow = head.length === 0 && next.value.kind === 'columns' ? next.value.arrow : undefined
    if (arrow) return { schema: schemaFromArrow(arrow), notices: [], batches: chain([next.value], source) }
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
  if (schema.fields.length === 0) {
    throw new DeltaError('invalid-argument', 'the rows have no columns: a file must have one at least')
  }
  return { schema: withFloats(schema, head), notices, batches: asText(chain(head, source), textColumns) }
}

function withFloats({ fields }: StructType, batches: readonly RowsBatch[]): StructType {
  const floats = new Set(batches.flatMap((batch) => (batch.kind === 'columns' ? floatColumns(batch.batch) : [])))
  return {
    type: 'struct',
    fields: fields.map((field) => {
      const isNumber = field.type.type === 'long' || field.type.type === 'decimal'
      return isNumber && floats.has(field.name) ? { ...field, type: { type: 'double' } } : field
    }),
  }
}

function floatColumns({ columns }: ColumnBatch): string[] {
  return Array.from(columns).flatMap(([name, values]) => (areFloats(values) ? [name] : []))
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
