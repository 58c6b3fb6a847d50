import parquet from 'parquetjs-lite'
import type { StructType } from '../../src/schema/index.ts'

const TYPES: Readonly<Record<string, string>> = {
  string: 'UTF8',
  double: 'DOUBLE',
  long: 'INT64',
  integer: 'INT32',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP_MICROS',
}

/** Flat columns in the form that parquetjs-lite takes, compressed with snappy. */
export function parquetjsSchema({ fields }: StructType): InstanceType<typeof parquet.ParquetSchema> {
  return new parquet.ParquetSchema(
    Object.fromEntries(
      fields.map(({ name, type, nullable }) => [
        name,
        { type: TYPES[type.type] ?? '', compression: 'SNAPPY', optional: nullable },
      ]),
    ),
  )
}
