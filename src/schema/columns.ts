import { DeltaError } from '../errors.ts'
import { typeName } from './type-name.ts'
import type { DeltaType, StructType } from './types.ts'

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

/** The type found at a path of struct fields, names compared exactly. */
export function typeAt(schema: StructType, path: readonly string[]): DeltaType | undefined {
  let type: DeltaType | undefined = schema
  for (const name of path) {
    if (type?.type !== 'struct') return undefined
    type = type.fields.find((field) => field.name === name)?.type
  }
  return type
}

/**
 * Refuses columns that have no flat values, by name.
 * @throws {DeltaError} `unsupported` for array, map, struct, variant and void.
 */
export function checkFlat(schema: StructType): void {
  for (const { name, type } of schema.fields) {
    if (NESTED.has(type.type)) {
      throw new DeltaError(
        'unsupported',
        `nested column ${name}: ${typeName(type)} is not supported: flatten it, keep it as JSON text in a string column, or leave it out`,
        { column: name },
      )
    }
    if (type.type === 'variant' || type.type === 'void') {
      throw new DeltaError('unsupported', `column ${name}: the type ${type.type} is not supported`, { column: name })
    }
  }
}

const NESTED: ReadonlySet<string> = new Set(['array', 'map', 'struct'])
