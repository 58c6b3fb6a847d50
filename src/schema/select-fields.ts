import { DeltaError } from '../errors.ts'
import type { DeltaType, StructField, StructType } from './types.ts'

/**
 * The fields of the columns asked for.
 * @throws {DeltaError} `invalid-argument` for a column that is not there; `unsupported` for one with values of variant.
 */
export function selectFields(schema: StructType, columns: readonly string[] | undefined): readonly StructField[] {
  const fields = columns === undefined ? schema.fields : columns.map((name) => fieldNamed(schema, name))
  for (const { name, type } of fields) {
    if (!hasVariant(type)) continue
    throw new DeltaError(
      'unsupported',
      `the column ${JSON.stringify(name)} has values of type variant, which cannot be read yet: ask for the other columns by name`,
      { column: name, feature: 'variantType' },
    )
  }
  return fields
}

function hasVariant(type: DeltaType): boolean {
  switch (type.type) {
    case 'struct':
      return type.fields.some((field) => hasVariant(field.type))
    case 'array':
      return hasVariant(type.elementType)
    case 'map':
      return hasVariant(type.keyType) || hasVariant(type.valueType)
    default:
      return type.type === 'variant'
  }
}

function fieldNamed(schema: StructType, name: string): StructField {
  const field = schema.fields.find((candidate) => candidate.name === name)
  if (field) return field
  throw new DeltaError(
    'invalid-argument',
    `there is no column ${JSON.stringify(name)}: there are ${schema.fields.map((each) => each.name).join(', ')}`,
    { column: name },
  )
}
