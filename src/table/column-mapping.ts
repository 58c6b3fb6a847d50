import type { Runtime } from '../runtime.ts'
import { assignColumnMapping, columnMappingMode, type StructType, withoutColumnMapping } from '../schema/index.ts'

type Properties = Readonly<Record<string, string>>

/**
 * A new schema and the properties of its table, which may ask for column mapping: then each column has an id that the
 * table never had before and a physical name, and the properties tell the greatest id (PROTOCOL.md "Column Mapping").
 * What the schema brings of another table's mapping is dropped.
 */
export function mapColumns(
  schema: StructType,
  properties: Properties,
  runtime: Runtime,
): { readonly schema: StructType; readonly properties: Properties } {
  if (columnMappingMode(properties) === 'none') return { schema: withoutColumnMapping(schema), properties }
  const before = Number(properties[MAX_COLUMN_ID] ?? 0)
  const { schema: mapped, maxColumnId } = assignColumnMapping(schema, () => runtime.uuid(), before)
  return { schema: mapped, properties: { ...properties, [MAX_COLUMN_ID]: String(maxColumnId) } }
}

const MAX_COLUMN_ID = 'delta.columnMapping.maxColumnId'
