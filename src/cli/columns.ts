import type { StructType } from '../schema/index.ts'

/** The schema of rows that are read with only some columns, in the order in which they were asked for. */
export function selectedSchema(schema: StructType, columns: readonly string[] | undefined): StructType {
  if (columns === undefined) return schema
  return { type: 'struct', fields: columns.flatMap((name) => schema.fields.filter((field) => field.name === name)) }
}
