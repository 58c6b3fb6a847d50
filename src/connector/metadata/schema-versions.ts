import { descriptorHash, publicFields } from '../schema-descriptor.ts'
import { formatVersionTable } from '../table-name.ts'
import type { RunFacts } from './facts.ts'
import { type RowOf, tableKind } from './table.ts'
import { textOf } from './text.ts'

const COLUMNS = {
  WORKFLOW_ID: 'string!',
  SCHEMA_VERSION: 'int!',
  TABLE_NAME: 'string!',
  SCHEMA_ID: 'string',
  DESCRIPTOR_HASH: 'string!',
  LAYOUT_HASH: 'string!',
  FIELD_COUNT: 'int',
  STATUS: 'string!',
  IS_LATEST: 'boolean',
  CHANGE_SUMMARY: 'string',
  FIRST_RUN_ID: 'string',
  FIRST_PUBLISHED_AT: 'timestamp',
  LAST_PUBLISHED_AT: 'timestamp',
  TOTAL_ROWS: 'long',
} as const

export type SchemaVersionRow = RowOf<typeof COLUMNS>

/**
 * `PENDING`: its table holds no run. `PUBLISHED`: the newest run has it, so `WF_<id>__LATEST` has its columns.
 * `SUPERSEDED`: newer runs have another one. `RETIRED`: its table is not shared any more.
 */
export type SchemaVersionStatus = 'PENDING' | 'PUBLISHED' | 'SUPERSEDED' | 'RETIRED'

/**
 * `WORKFLOW_SCHEMA_VERSIONS`: one row a version, that is, one a table `WF_<id>__V<n>`. Schema id, descriptor hash and field
 * count are those of its newest run; `TOTAL_ROWS` are the rows of its runs that are published.
 */
export const WORKFLOW_SCHEMA_VERSIONS = tableKind('WORKFLOW_SCHEMA_VERSIONS', COLUMNS, [
  'WORKFLOW_ID',
  'SCHEMA_VERSION',
])

/** Whether its table holds runs, and recipients are told of it. */
export function holdsRuns({ STATUS: status }: Pick<SchemaVersionRow, 'STATUS'>): boolean {
  return (
    status === ('PUBLISHED' satisfies SchemaVersionStatus) || status === ('SUPERSEDED' satisfies SchemaVersionStatus)
  )
}

/** What a version is called and consists of, which its newest run says. */
export function describeVersion({ workflow, descriptor, layout }: RunFacts) {
  return {
    SCHEMA_ID: textOf(workflow.schemaId),
    DESCRIPTOR_HASH: descriptorHash(descriptor),
    LAYOUT_HASH: layout.hash,
    FIELD_COUNT: publicFields(descriptor).length,
  }
}

/** The row of a version whose first run this is. Its rows are not counted yet. */
export function schemaVersionRow(facts: RunFacts): SchemaVersionRow {
  const { run, schemaVersion, publishedAt } = facts
  return {
    WORKFLOW_ID: run.workflowId,
    SCHEMA_VERSION: schemaVersion,
    TABLE_NAME: formatVersionTable(run.workflowId, schemaVersion),
    ...describeVersion(facts),
    STATUS: 'SUPERSEDED' satisfies SchemaVersionStatus,
    IS_LATEST: false,
    CHANGE_SUMMARY: null,
    FIRST_RUN_ID: run.runId,
    FIRST_PUBLISHED_AT: publishedAt,
    LAST_PUBLISHED_AT: publishedAt,
    TOTAL_ROWS: 0,
  }
}
