import {
  bufferAccess,
  openParquet,
  type ParquetEncoderOptions,
  type PhysicalBatch,
  parquetEncoder,
} from '../../src/parquet/index.ts'
import { type FileStats, type PhysicalTree, type Row, rowValue, type StructType } from '../../src/schema/index.ts'

/** Rows as one file, and its statistics. */
export function encode(
  schema: StructType,
  rows: readonly Row[],
  options?: ParquetEncoderOptions,
): { bytes: Uint8Array; stats: FileStats } {
  const encoder = parquetEncoder(schema, options)
  encoder.writeRows(rows)
  const stats = encoder.finish()
  return { bytes: concatenate(encoder.takeBytes()), stats }
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** All values of a file, in columns. */
export async function readAll(bytes: Uint8Array, schema?: StructType): Promise<PhysicalBatch> {
  const file = await openParquet(bufferAccess(bytes, 'test.parquet'))
  const wanted = schema ?? file.schema
  const columns = new Map(wanted.fields.map(({ name }): [string, (PhysicalTree | null)[]] => [name, []]))
  for (let rowGroup = 0; rowGroup < file.rowGroups.length; rowGroup++) {
    const batch = await file.readColumns({ schema: wanted, rowGroup })
    for (const [name, values] of batch.columns) columns.get(name)?.push(...values)
  }
  return { length: file.numRows, columns }
}

/** Rows in the form in which they are given to the encoder, from physical values. */
export function rowsOf(schema: StructType, columns: ReadonlyMap<string, readonly (PhysicalTree | null)[]>): Row[] {
  const [first] = columns.values()
  return Array.from({ length: first?.length ?? 0 }, (_, i) =>
    Object.fromEntries(schema.fields.map(({ name, type }) => [name, rowValue(type)(columns.get(name)?.[i] ?? null)])),
  )
}
