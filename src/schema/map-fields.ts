import type { DeltaType, StructField, StructType } from './types.ts'

/** The schema with every field, at any depth, replaced: outermost first, then the fields inside what replaced it. */
export function mapFields(schema: StructType, change: (field: StructField) => StructField): StructType {
  const fields = schema.fields.map((field) => {
    const changed = change(field)
    return { ...changed, type: mapFieldsInside(changed.type, change) }
  })
  return { type: 'struct', fields }
}

function mapFieldsInside(type: DeltaType, change: (field: StructField) => StructField): DeltaType {
  switch (type.type) {
    case 'struct':
      return mapFields(type, change)
    case 'array':
      return { ...type, elementType: mapFieldsInside(type.elementType, change) }
    case 'map':
      return {
        ...type,
        keyType: mapFieldsInside(type.keyType, change),
        valueType: mapFieldsInside(type.valueType, change),
      }
    default:
      return type
  }
}

/**
 * Calls `visit` for every field, at any depth, outermost first.
 * @param path names of the fields above, with `element`, `key` and `value` for the insides of arrays and maps.
 */
export function visitFields(
  type: DeltaType,
  visit: (field: StructField, path: readonly string[]) => void,
  path: readonly string[] = [],
): void {
  switch (type.type) {
    case 'struct':
      for (const field of type.fields) {
        const at = [...path, field.name]
        visit(field, at)
        visitFields(field.type, visit, at)
      }
      break
    case 'array':
      visitFields(type.elementType, visit, [...path, 'element'])
      break
    case 'map':
      visitFields(type.keyType, visit, [...path, 'key'])
      visitFields(type.valueType, visit, [...path, 'value'])
  }
}
