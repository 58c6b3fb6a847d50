import { compareRuns, type RunAge } from '../run.ts'
import { formatVersionTable } from '../table-name.ts'
import { castFailureDetails } from './cast-failures.ts'
import type { RunFacts } from './facts.ts'
import { type RowOf, tableKind } from './table.ts'

const COLUMNS = {
  WORKFLOW_ID: 'string!',
  RUN_ID: 'string!',
  JOB_ID: 'string',
  SCHEMA_VERSION: 'int!',
  STARTED_AT: 'timestamp',
  FINISHED_AT: 'timestamp!',
  ROW_COUNT: 'long!',
  BYTES: 'long',
  TABLE_NAME: 'string!',
  TABLE_VERSION: 'long',
  LATEST_TABLE_VERSION: 'long',
  STATUS: 'string!',
  IS_BACKFILL: 'boolean',
  CAST_FAILURES: 'long',
  CAST_FAILURE_DETAILS: 'string',
  DATA_QUALITY_ISSUES: 'int',
  PUBLISHED_AT: 'timestamp!',
} as const

export type RunRow = RowOf<typeof COLUMNS>

/** `PUBLISHED`: its rows are in its table. The others are not any more: another run stands for it, or it was taken back. */
export type RunStatus = 'PUBLISHED' | 'REPLACED' | 'RETRACTED'

/**
 * `WORKFLOW_RUNS`: one row a shared run, and so how fresh each workflow is. `TABLE_VERSION` is the Delta version of
 * `TABLE_NAME` that added its rows, `LATEST_TABLE_VERSION` that of `WF_<id>__LATEST` which first showed them; null where
 * none did, because a newer run had come before.
 */
export const WORKFLOW_RUNS = tableKind(
  'WORKFLOW_RUNS',
  COLUMNS,
  ['WORKFLOW_ID', 'RUN_ID'],
  ['WORKFLOW_ID', 'FINISHED_AT', 'RUN_ID'],
)

export function runRow(facts: RunFacts): RunRow {
  const { run, schemaVersion, report } = facts
  return {
    WORKFLOW_ID: run.workflowId,
    RUN_ID: run.runId,
    JOB_ID: run.jobId,
    SCHEMA_VERSION: schemaVersion,
    STARTED_AT: run.startedAt,
    FINISHED_AT: run.finishedAt,
    ROW_COUNT: report.rows,
    BYTES: facts.bytes,
    TABLE_NAME: formatVersionTable(run.workflowId, schemaVersion),
    TABLE_VERSION: facts.tableVersion,
    LATEST_TABLE_VERSION: facts.latest?.tableVersion ?? null,
    STATUS: 'PUBLISHED' satisfies RunStatus,
    IS_BACKFILL: facts.isBackfill,
    CAST_FAILURES: report.castFailures.reduce((sum, { count }) => sum + count, 0),
    CAST_FAILURE_DETAILS: castFailureDetails(report.castFailures),
    DATA_QUALITY_ISSUES: run.quality?.issueCount ?? null,
    PUBLISHED_AT: facts.publishedAt,
  }
}

/** Whether the rows of a run are in its table. */
export function isPublished({ STATUS }: Pick<RunRow, 'STATUS'>): boolean {
  return STATUS === ('PUBLISHED' satisfies RunStatus)
}

export function ageOf({ RUN_ID: runId, FINISHED_AT: finishedAt }: RunRow): RunAge {
  return { runId, finishedAt }
}

/** The run that finished last; undefined of none. */
export function newestOf(runs: readonly RunRow[]): RunRow | undefined {
  return runs.reduce<RunRow | undefined>(
    (newest, run) => (newest !== undefined && compareRuns(ageOf(newest), ageOf(run)) > 0 ? newest : run),
    undefined,
  )
}

/** How many rows runs have together. */
export function rowsOf(runs: readonly RunRow[]): number {
  return runs.reduce((sum, { ROW_COUNT }) => sum + ROW_COUNT, 0)
}
