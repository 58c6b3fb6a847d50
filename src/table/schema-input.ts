import {
  checkColumnNames,
  checkWritableTypes,
  columnMappingMode,
  parseSchemaInput,
  type SchemaInput,
  type StructType,
} from '../schema/index.ts'

/**
 * The schema of a new table that an input describes.
 * @param properties of the table: with column mapping on, names may hold any characters.
 * @throws {DeltaError} `invalid-argument` for names that Delta forbids or that differ only by case, `unsupported` for types.
 */
export function resolveSchema(input: SchemaInput, properties: Readonly<Record<string, string>>): StructType {
  const schema = parseSchemaInput(input)
  checkColumnNames(schema, { anyCharacters: columnMappingMode(properties) !== 'none' })
  checkWritableTypes(schema)
  return schema
}
