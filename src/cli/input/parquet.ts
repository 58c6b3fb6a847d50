import { openParquet, type ParquetFile } from '../../parquet/index.ts'
import { type ColumnBatch, type PhysicalTree, rowValue, type StructType } from '../../schema/index.ts'
import type { Input } from './input.ts'
import type { ByteSource } from './source.ts'

/** A Parquet file: its own schema, one row group in memory at a time. */
export async function parquetInput(source: ByteSource, signal: AbortSignal): Promise<Input> {
  const file = await openParquet(source.access())
  return {
    name: source.name,
    schema: async () => ({ schema: file.schema, notices: [] }),
    rows: () => rowGroups(file, signal),
    close: () => source.close(),
  }
}

async function* rowGroups(file: ParquetFile, signal: AbortSignal): AsyncIterable<ColumnBatch> {
  for (const rowGroup of file.rowGroups.keys()) {
    const { length, columns } = await file.readColumns({ schema: file.schema, rowGroup, signal })
    yield { length, columns: new Map(columnsOut(file.schema, columns)) }
  }
}

function* columnsOut(
  schema: StructType,
  columns: ReadonlyMap<string, readonly (PhysicalTree | null)[]>,
): Iterable<[string, readonly unknown[]]> {
  for (const { name, type } of schema.fields) {
    const values = columns.get(name)
    if (values !== undefined) yield [name, values.map(rowValue(type, { timestamps: 'micros' }))]
  }
}
