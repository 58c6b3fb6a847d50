import { findTableFeature } from '../log/index.ts'
import { hasColumnMapping, hasTypeChanges } from '../schema/index.ts'
import type { LoadedTable } from './loaded-table.ts'

/** What of a table says which features nobody can do without. */
export interface TableUse extends Pick<LoadedTable, 'protocol' | 'metadata' | 'schema'> {
  /** Whether a file in question has a deletion vector. */
  readonly hasVectors: boolean
}

/** A table feature without which a recipient would read wrong rows, and which `responseformat=parquet` cannot express. */
export interface SharedFeature {
  readonly name: string
  readonly isNeeded: (table: TableUse) => boolean
  /** Whether a client must list it among its `readerfeatures`. */
  readonly mustBeListed: boolean
  /** In which tables it is needed, and why it must be listed or need not. */
  readonly note: string
}

/** The one source of what recipients are refused for want of a feature, and of the page that says so. */
export const sharedFeatures: readonly SharedFeature[] = [
  {
    name: 'deletionVectors',
    isNeeded: ({ hasVectors }) => hasVectors,
    mustBeListed: true,
    note: 'a file has a vector, which dropped in silence would bring deleted rows back',
  },
  {
    name: 'columnMapping',
    isNeeded: ({ schema }) => hasColumnMapping(schema),
    mustBeListed: true,
    note: 'columns lie in the files under other names than the schema’s: they would be found empty',
  },
  {
    name: 'typeWidening',
    isNeeded: ({ schema }) => hasTypeChanges(schema),
    mustBeListed: true,
    note: 'a column’s type was changed: older files still have the narrower one',
  },
  {
    name: 'timestampNtz',
    isNeeded: (table) => uses(table, 'timestampNtz'),
    mustBeListed: false,
    note: 'a column has the type; the official Python client reads it without listing it where it reads changes',
  },
  {
    name: 'variantType',
    isNeeded: (table) => uses(table, 'variantType'),
    mustBeListed: true,
    note: 'a column has the type',
  },
  {
    name: 'variantShredding',
    isNeeded: (table) => uses(table, 'variantType') && lists(table, 'variantShredding'),
    mustBeListed: true,
    note: 'a column is of variants, and the table lists the feature: its files may have them in parts',
  },
]

/** The features that a table needs: those in use, not those that it merely lists. */
export function neededFeatures(
  { protocol, metadata, schema }: Pick<LoadedTable, 'protocol' | 'metadata' | 'schema'>,
  hasVectors: boolean,
): readonly string[] {
  const table = { protocol, metadata, schema, hasVectors }
  return sharedFeatures.filter((feature) => feature.isNeeded(table)).map((feature) => feature.name)
}

function uses({ schema, metadata }: TableUse, name: string): boolean {
  return findTableFeature(name)?.use?.({ schema, configuration: metadata.configuration }) !== undefined
}

function lists({ protocol }: TableUse, name: string): boolean {
  return protocol.readerFeatures?.some((each) => each.startsWith(name)) ?? false
}
