import { formatJson } from '../../json.ts'
import { typeName } from '../../schema/index.ts'
import type { PublishedColumn } from '../column-layout.ts'
import type { RunFacts } from './facts.ts'
import { type RowOf, tableKind } from './table.ts'
import { textOf } from './text.ts'

const COLUMNS = {
  WORKFLOW_ID: 'string!',
  SCHEMA_VERSION: 'int!',
  ORDINAL: 'int!',
  FIELD_NAME: 'string!',
  COLUMN_NAME: 'string!',
  KADOA_TYPE: 'string!',
  FIELD_TYPE: 'string',
  DELTA_TYPE: 'string!',
  CAST_POLICY: 'string!',
  IS_KEY: 'boolean',
  IS_REQUIRED: 'boolean',
  IS_UNIQUE: 'boolean',
  DESCRIPTION: 'string',
  CATEGORIES: 'string',
} as const

export type SchemaFieldRow = RowOf<typeof COLUMNS>

/**
 * `WORKFLOW_SCHEMA_FIELDS`: which column each field of a version became, and how. One row a column, so a MONEY field in two
 * columns has two. `CATEGORIES` is a JSON array of titles. What the schema's author wrote is that of the newest run.
 */
export const WORKFLOW_SCHEMA_FIELDS = tableKind('WORKFLOW_SCHEMA_FIELDS', COLUMNS, [
  'WORKFLOW_ID',
  'SCHEMA_VERSION',
  'ORDINAL',
])

/** The columns of a version, in their order. */
export function schemaFieldRows({ run, schemaVersion, layout }: RunFacts): SchemaFieldRow[] {
  return layout.columns.map((column, index) => ({
    WORKFLOW_ID: run.workflowId,
    SCHEMA_VERSION: schemaVersion,
    ORDINAL: index + 1,
    COLUMN_NAME: column.name,
    DELTA_TYPE: typeName(column.type),
    CAST_POLICY: column.policy,
    IS_KEY: layout.key.includes(column.name),
    ...describeField(column),
  }))
}

function describeField({ field }: PublishedColumn) {
  return {
    FIELD_NAME: field.name,
    KADOA_TYPE: field.dataType.toWellFormed(),
    FIELD_TYPE: field.fieldType.toWellFormed(),
    IS_REQUIRED: field.isRequired ?? null,
    IS_UNIQUE: field.isUnique ?? null,
    DESCRIPTION: textOf(field.description),
    CATEGORIES: field.categories ? formatJson(field.categories.map(({ title }) => title)) : null,
  }
}
