import type { Runtime } from '../runtime.ts'
import { assignColumnMapping, columnMappingMode, type StructType, withoutColumnMapping } from '../schema/index.ts'

type Properties = Readonly<Record<string, string>>

/**
 * The schema and the properties of a new table whose properties may ask for column mapping: then each column has an id
 * and a physical name, and the properties tell the greatest id (PROTOCOL.md "Column Mapping"). What the schema brings of
 * another table's mapping is dropped.
 */
export function mapColumns(
  schema: StructType,
  properties: Properties,
  runtime: Runtime,
): { readonly schema: StructType; readonly properties: Properties } {
  if (columnMappingMode(properties) === 'none') return { schema: withoutColumnMapping(schema), properties }
  const { schema: mapped, maxColumnId } = assignColumnMapping(schema, () => runtime.uuid())
  return { schema: mapped, properties: { ...properties, 'delta.columnMapping.maxColumnId': String(maxColumnId) } }
}
