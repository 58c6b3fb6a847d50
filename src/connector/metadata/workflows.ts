import { formatLatestTable } from '../table-name.ts'
import type { Workflow } from '../workflow.ts'
import type { RunFacts } from './facts.ts'
import { type RowOf, tableKind } from './table.ts'
import { textOf } from './text.ts'

const COLUMNS = {
  WORKFLOW_ID: 'string!',
  NAME: 'string',
  DESCRIPTION: 'string',
  ENTITY: 'string',
  TAGS: 'array<string>',
  SOURCE_URL: 'string',
  STATE: 'string',
  LATEST_SCHEMA_VERSION: 'int',
  LATEST_TABLE: 'string',
  LATEST_RUN_ID: 'string',
  LATEST_RUN_FINISHED_AT: 'timestamp',
  LATEST_ROW_COUNT: 'long',
  PUBLISHED_AT: 'timestamp',
  IS_DELETED: 'boolean',
} as const

export type WorkflowRow = RowOf<typeof COLUMNS>

/**
 * `WORKFLOWS`: one row a workflow. It tells of the newest published run: what the workflow was called then, and what
 * `WF_<id>__LATEST` shows. `PUBLISHED_AT` is when that run was published. `IS_DELETED` says that the workflow is no longer
 * shared, or was deleted at Kadoa.
 */
export const WORKFLOWS = tableKind('WORKFLOWS', COLUMNS, ['WORKFLOW_ID'])

/** The row of a workflow whose newest published run this is. */
export function workflowRow({ workflow, run, schemaVersion, report, latest, publishedAt }: RunFacts): WorkflowRow {
  return {
    WORKFLOW_ID: run.workflowId,
    ...descriptionOf(workflow),
    LATEST_SCHEMA_VERSION: schemaVersion,
    LATEST_TABLE: formatLatestTable(run.workflowId),
    LATEST_RUN_ID: run.runId,
    LATEST_RUN_FINISHED_AT: run.finishedAt,
    LATEST_ROW_COUNT: latest?.rows ?? report.rows,
    PUBLISHED_AT: publishedAt,
    IS_DELETED: workflow.state === 'DELETED',
  }
}

function descriptionOf({ name, description, entity, tags, url, urls, state }: Workflow) {
  return {
    NAME: textOf(name),
    DESCRIPTION: textOf(description),
    ENTITY: textOf(entity),
    TAGS: tags?.map((tag) => tag.toWellFormed()) ?? null,
    SOURCE_URL: textOf(url ?? urls?.[0]),
    STATE: textOf(state),
  }
}
