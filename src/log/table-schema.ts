import type { MatchBy } from '../parquet/index.ts'
import {
  checkColumnMapping,
  checkTypeChanges,
  columnMappingMode,
  parseSchema,
  physicalPath,
  type StructType,
  withoutColumnMapping,
} from '../schema/index.ts'
import type { Metadata } from './actions.ts'

/**
 * The schema of a table, as its users see it. Its fields have physical names and ids (`physicalName`, `columnId`) exactly
 * where column mapping is on.
 * @throws {DeltaError} `invalid-data` for a schema that cannot be understood, or whose columns cannot be told apart in
 * data files; `unsupported` naming a type, or a change of type, that Delta does not have.
 */
export function tableSchema({
  schemaString,
  configuration,
}: Pick<Metadata, 'schemaString' | 'configuration'>): StructType {
  const schema = parseSchema(schemaString)
  checkTypeChanges(schema)
  if (columnMappingMode(configuration) === 'none') return withoutColumnMapping(schema)
  checkColumnMapping(schema)
  return schema
}

/** By what the columns of a table are found in its data files (PROTOCOL.md "Reader Requirements for Column Mapping"). */
export function columnsMatchBy({ configuration }: Pick<Metadata, 'configuration'>): MatchBy {
  return columnMappingMode(configuration) === 'id' ? 'id' : 'name'
}

/** The names under which the values of the partition columns stand in actions: their physical names. */
export function partitionKeys(metadata: Metadata): readonly string[] {
  const { partitionColumns, configuration } = metadata
  if (columnMappingMode(configuration) === 'none') return partitionColumns
  const schema = tableSchema(metadata)
  return partitionColumns.flatMap((name) => physicalPath(schema, [name]))
}
