import {
  checkColumnNames,
  checkWritableTypes,
  parseSchemaInput,
  type SchemaInput,
  type StructType,
} from '../schema/index.ts'

/**
 * The schema of a table that an input describes.
 * @throws {DeltaError} `invalid-argument` for names that Delta forbids or that differ only by case, `unsupported` for types.
 */
export function resolveSchema(input: SchemaInput): StructType {
  const schema = parseSchemaInput(input)
  checkColumnNames(schema)
  checkWritableTypes(schema)
  return schema
}
