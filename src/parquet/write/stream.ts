import { throwIfAborted } from '../../errors.ts'
import { harmless } from '../../harmless.ts'
import {
  batchesOf,
  parseSchemaInput,
  piecesOf,
  type RowsBatch,
  type RowsInput,
  rowsSchema,
  type SchemaInput,
  type StructType,
} from '../../schema/index.ts'
import { parquetEncoder } from './encoder.ts'
import type { ParquetEncoderOptions } from './parquet-encoder.ts'

export interface EncodeParquetOptions extends ParquetEncoderOptions {
  /**
   * Delta's types, Delta schema JSON, a zod object or an Arrow schema. Left out, it is inferred: from an Arrow table's
   * schema, from all rows of an array, else from the first 10,000.
   */
  readonly schema?: SchemaInput | undefined
  /**
   * Hears what somebody should know about an inferred schema: columns of mixed values that became text. What it throws is let
   * go of.
   */
  readonly onWarning?: ((message: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a chunk of the stream is worth: the parts of pages, some of a few bytes, are joined. */
const CHUNK_BYTES = 2 ** 20

/**
 * Rows as the bytes of one Parquet file, in memory.
 *
 * @example
 * const bytes = await encodeParquet([{ id: 1, name: 'Lampe' }])
 * @throws {DeltaError} `invalid-argument` naming row, column, what was expected and what was found, for a row that does not
 * fit, or for options that do not; `unsupported` for a type or codec that cannot be written.
 */
export async function encodeParquet(rows: RowsInput, options: EncodeParquetOptions = {}): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const parts of encodedParts(rows, options)) for (const part of parts) all.push(part)
  return joined(all)
}

/**
 * Rows as a stream of the bytes of one Parquet file, made as they are read: rows are taken from their source no faster, and
 * one row group is in memory at most (`rowGroupBytes`). When a row is refused the stream breaks with the error that
 * {@link encodeParquet} throws; what came before is no file then. When the stream is cancelled, the source of the rows is closed.
 *
 * @example
 * await parquetStream(rows).pipeTo(upload)
 */
export function parquetStream(rows: RowsInput, options: EncodeParquetOptions = {}): ReadableStream<Uint8Array> {
  const chunks = encodedChunks(rows, options)
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await chunks.return(undefined)
      },
    },
    // Nothing is made before it is asked for.
    { highWaterMark: 0 },
  )
}

async function* encodedChunks(rows: RowsInput, options: EncodeParquetOptions): AsyncGenerator<Uint8Array> {
  for await (const parts of encodedParts(rows, options)) yield* chunksOf(parts)
}

/** The bytes of a file in the pieces that they are made in. */
async function* encodedParts(rows: RowsInput, options: EncodeParquetOptions): AsyncGenerator<readonly Uint8Array[]> {
  const source = batchesOf(rows)
  try {
    const { schema, batches } = await schemaAndBatches(rows, source, options)
    yield* encodedBatches(schema, batches, options)
  } finally {
    await source.return(undefined)
  }
}

async function schemaAndBatches(
  rows: RowsInput,
  source: AsyncGenerator<RowsBatch>,
  { schema, onWarning, signal }: EncodeParquetOptions,
): Promise<{ schema: StructType; batches: AsyncIterable<RowsBatch> }> {
  if (schema !== undefined) return { schema: parseSchemaInput(schema), batches: source }
  const inferred = await rowsSchema(rows, source, signal)
  inferred.notices.forEach(harmless(onWarning))
  return inferred
}

async function* encodedBatches(
  schema: StructType,
  batches: AsyncIterable<RowsBatch>,
  options: EncodeParquetOptions,
): AsyncGenerator<readonly Uint8Array[]> {
  const encoder = parquetEncoder(schema, options)
  for await (const batch of batches) {
    for (const piece of piecesOf(batch)) {
      throwIfAborted(options.signal)
      if (piece.kind === 'rows') encoder.writeRows(piece.rows)
      else encoder.writeColumns(piece.batch)
      await encoder.settled()
      yield encoder.takeBytes()
    }
  }
  encoder.finish()
  await encoder.settled()
  yield encoder.takeBytes()
}

function* chunksOf(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  let waiting: Uint8Array[] = []
  let bytes = 0
  for (const part of parts) {
    waiting.push(part)
    bytes += part.length
    if (bytes < CHUNK_BYTES) continue
    yield joined(waiting)
    waiting = []
    bytes = 0
  }
  if (bytes > 0) yield joined(waiting)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only = new Uint8Array(0), ...others] = parts
  if (others.length === 0) return only
  const whole = new Uint8Array(parts.reduce((total, { length }) => total + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
