import type { DeltaType, StructField, StructType } from './types.ts'

/** How deep the types of a column may nest: Delta sets no limit, but readers of schemas and rows have one of their own. */
export const MAX_NESTING = 100

/** A leaf column: the names from the top of the schema down to it, and its type. */
export interface LeafColumn {
  readonly path: readonly string[]
  readonly type: DeltaType
}

/** The leaf columns in schema order: struct fields are followed down, arrays and maps are leaves. */
export function leafColumns(schema: StructType, prefix: readonly string[] = []): LeafColumn[] {
  return schema.fields.flatMap(({ name, type }) => {
    const path = [...prefix, name]
    return type.type === 'struct' ? leafColumns(type, path) : [{ path, type }]
  })
}

/** The field found at a path of struct fields, names compared exactly. */
export function fieldAt(schema: StructType, path: readonly string[]): StructField | undefined {
  let type: DeltaType | undefined = schema
  let field: StructField | undefined
  for (const name of path) {
    field = type?.type === 'struct' ? type.fields.find((each) => each.name === name) : undefined
    type = field?.type
  }
  return field
}
