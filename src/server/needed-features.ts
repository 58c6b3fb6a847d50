import { findTableFeature } from '../log/index.ts'
import { hasColumnMapping, hasTypeChanges } from '../schema/index.ts'
import type { LoadedTable } from './loaded-table.ts'

/**
 * The table features without which nobody reads the rows right: those in use, not those that the table merely lists. They
 * are the ones that `responseformat=parquet` cannot express.
 * @param hasVectors whether a file in question has a deletion vector: one that is dropped brings deleted rows back.
 */
export function neededFeatures(
  { protocol, metadata, schema }: Pick<LoadedTable, 'protocol' | 'metadata' | 'schema'>,
  hasVectors: boolean,
): readonly string[] {
  const shape = { schema, configuration: metadata.configuration }
  const isUsed = (name: string): boolean => findTableFeature(name)?.use?.(shape) !== undefined
  const lists = (name: string): boolean => protocol.readerFeatures?.some((each) => each.startsWith(name)) ?? false
  const needed = {
    deletionVectors: hasVectors,
    // Clients of the parquet format look for columns by the names in the schema, and for the types in the schema.
    columnMapping: hasColumnMapping(schema),
    typeWidening: hasTypeChanges(schema),
    timestampNtz: isUsed('timestampNtz'),
    variantType: isUsed('variantType'),
    variantShredding: isUsed('variantType') && lists('variantShredding'),
  }
  return Object.entries(needed).flatMap(([name, isNeeded]) => (isNeeded ? [name] : []))
}
