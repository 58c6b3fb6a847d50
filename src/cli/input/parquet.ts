import { openParquet, readParquetColumns } from '../../parquet/index.ts'
import type { Input } from './input.ts'
import type { ByteSource } from './source.ts'

/** A Parquet file: its own schema, one row group in memory at a time. */
export async function parquetInput(source: ByteSource, signal: AbortSignal): Promise<Input> {
  const file = await openParquet(source.access())
  return {
    name: source.name,
    schema: async () => ({ schema: file.schema, notices: [] }),
    rows: () => readParquetColumns(source.access(), { timestamps: 'micros', signal }),
    close: () => source.close(),
  }
}
