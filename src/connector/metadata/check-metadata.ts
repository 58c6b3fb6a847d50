import type { RunFacts } from './facts.ts'
import { publishRuns } from './publish-runs.ts'
import { WORKFLOW_RUNS } from './runs.ts'
import { WORKFLOW_SCHEMA_FIELDS } from './schema-fields.ts'
import { WORKFLOW_SCHEMA_VERSIONS } from './schema-versions.ts'
import { NO_METADATA, type WorkflowMetadata } from './workflow-metadata.ts'
import { WORKFLOWS } from './workflows.ts'

/**
 * Holds what is to be said of a workflow to the columns that say it: the tables are written for many workflows at once, and
 * none may stand in the way of the others.
 * @throws {DeltaError} `invalid-argument` naming table and column.
 */
export function checkMetadata({ workflow, versions, fields, runs }: WorkflowMetadata): void {
  if (workflow !== undefined) WORKFLOWS.check(workflow)
  for (const row of versions) WORKFLOW_SCHEMA_VERSIONS.check(row)
  for (const row of fields) WORKFLOW_SCHEMA_FIELDS.check(row)
  for (const row of runs) WORKFLOW_RUNS.check(row)
}

/**
 * Whether the tables can tell of a run, before anything is known of its rows.
 * @throws {DeltaError} `invalid-argument` naming table and column.
 */
export function checkTold(facts: Pick<RunFacts, 'workflow' | 'descriptor' | 'layout' | 'run'>): void {
  const report = { rows: 0, castFailures: [] }
  const unknown = { schemaVersion: 1, tableVersion: 0, latest: null, report, bytes: 0, isBackfill: false }
  checkMetadata(publishRuns(NO_METADATA, [{ ...facts, ...unknown, publishedAt: facts.run.finishedAt }]))
}
