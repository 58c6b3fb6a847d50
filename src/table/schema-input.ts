import { DeltaError, throwIfAborted } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import {
  type ArrowSchema,
  checkColumnNames,
  checkWritableTypes,
  inferSchema,
  isArrowSchema,
  isArrowTable,
  isZodSchema,
  parseSchema,
  type Row,
  rowsAsText,
  type StructType,
  schemaFromArrow,
  schemaFromZod,
  type TextColumn,
  type ZodSchema,
} from '../schema/index.ts'
import type { RowsBatch } from './rows-batch.ts'
import type { RowsInput } from './rows-input.ts'

/** What a schema may be given as: Delta's types, Delta schema JSON (text or parsed), a zod object, or an Arrow schema. */
export type SchemaInput = StructType | string | ZodSchema | ArrowSchema | JsonObject

/**
 * The Delta schema that an input describes.
 * @throws {DeltaError} `invalid-argument` for names that Delta forbids or that differ only by case, `unsupported` for types.
 */
export function resolveSchema(input: SchemaInput): StructType {
  const schema = readSchema(input)
  if (schema.fields.length === 0)
    throw new DeltaError('invalid-argument', 'the schema has no columns: a table needs at least one')
  checkColumnNames(schema)
  checkWritableTypes(schema)
  return schema
}

function readSchema(input: SchemaInput): StructType {
  if (typeof input === 'string' || isDeltaStruct(input)) return parseSchema(input, { code: 'invalid-argument' })
  if (isZodSchema(input)) return schemaFromZod(input)
  if (isArrowSchema(input)) return schemaFromArrow(input)
  throw new DeltaError(
    'invalid-argument',
    'the schema is none that is understood: give Delta schema JSON, a zod object, or an Arrow schema',
  )
}

function isDeltaStruct(input: object): input is StructType | JsonObject {
  return 'type' in input && input.type === 'struct'
}

/** How many rows are looked at before a schema is settled, when none is given. */
const INFERENCE_ROWS = 10_000

/** A schema found in rows, and the rows again. */
export interface Inferred {
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
export async function inferredFrom(
  input: RowsInput,
  source: AsyncGenerator<RowsBatch>,
  signal?: AbortSignal,
): Promise<Inferred> {
  if (isArrowTable(input)) return { schema: resolveSchema(schemaFromArrow(input.schema)), notices: [], batches: source }
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
  return { schema: resolveSchema(schema), notices, batches: asText(chain(head, source), textColumns) }
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
