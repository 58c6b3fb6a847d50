import { formatSchema, mapFields, type StructType } from '../schema/index.ts'

/** Whether two schemas are the same but for what the comments of their columns say. */
export function isSameButForComments(a: StructType, b: StructType): boolean {
  return formatSchema(withoutComments(a)) === formatSchema(withoutComments(b))
}

function withoutComments(schema: StructType): StructType {
  return mapFields(schema, ({ metadata: { comment: _, ...metadata }, ...field }) => ({ ...field, metadata }))
}
