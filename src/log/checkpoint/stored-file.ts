import { throwIfAborted } from '../../errors.ts'
import { type ParquetEncoder, parquetEncoder, type ValueEncoding } from '../../parquet/index.ts'
import type { Runtime } from '../../runtime.ts'
import type { StructType } from '../../schema/index.ts'
import type { ObjectStore, ObjectWriter } from '../../store/index.ts'
import type { ActionRow } from './contents.ts'

/** Rows that are made, encoded and let go of at a time: few enough that whoever else runs in this process hardly waits. */
const BATCH_ROWS = 2048

export interface StoreTools {
  readonly store: ObjectStore
  readonly runtime: Runtime
  readonly signal?: AbortSignal | undefined
}

export interface StoredFile {
  readonly rows: number
  /** Bytes. */
  readonly size: number
}

/**
 * Writes actions into one Parquet file, which appears whole or not at all. Memory holds one batch of rows and one row
 * group, however many there are.
 * @throws {DeltaError} of the store; `invalid-argument` for an action that Parquet cannot hold.
 */
export async function writeStoredFile(
  { store, runtime, signal }: StoreTools,
  key: string,
  schema: StructType,
  rows: Iterable<ActionRow>,
): Promise<StoredFile> {
  const encoder = parquetEncoder(schema, { encodings: plainTexts(schema) })
  const writer = store.putStream(key, { signal })
  try {
    for (const batch of batchesOf(rows)) {
      encoder.writeColumns(batch)
      await send(encoder, writer)
      await runtime.sleep(0, signal)
    }
    encoder.finish()
    await send(encoder, writer)
    throwIfAborted(signal)
    const { size } = await writer.finish()
    return { rows: encoder.rows, size }
  } catch (error) {
    await writer.abort()
    throw error
  }
}

async function send(encoder: ParquetEncoder, writer: ObjectWriter): Promise<void> {
  for (const bytes of encoder.takeBytes()) await writer.write(bytes)
}

/** Rows in columns, most of which are empty: each row has a value in one. */
function* batchesOf(rows: Iterable<ActionRow>) {
  let columns = new Map<string, unknown[]>()
  let length = 0
  const batch = () => {
    for (const values of columns.values()) values.length = length
    return { length, columns }
  }
  for (const { column, value } of rows) {
    const values = columns.get(column) ?? []
    columns.set(column, values)
    values[length++] = value
    if (length < BATCH_ROWS) continue
    yield batch()
    columns = new Map()
    length = 0
  }
  if (length > 0) yield batch()
}

/** Each file has a path and statistics of its own: no dictionary pays, and none is tried. */
function plainTexts({ fields }: StructType): Record<string, ValueEncoding> {
  const add = fields.find(({ name }) => name === 'add')?.type
  const texts = ['path', 'stats'].filter(
    (name) => add?.type === 'struct' && add.fields.some((field) => field.name === name),
  )
  return Object.fromEntries(texts.map((name) => [`add.${name}`, 'PLAIN']))
}
