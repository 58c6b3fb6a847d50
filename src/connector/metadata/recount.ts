import { isPublished, type RunRow } from './runs.ts'
import type { SchemaVersionRow } from './schema-versions.ts'
import type { WorkflowMetadata } from './workflow-metadata.ts'

/**
 * Counts the rows of one version of a workflow's schema anew, after some were erased.
 * @param known with all its runs.
 * @param rows what each run has left.
 */
export function recountRuns(
  known: WorkflowMetadata,
  schemaVersion: number,
  rows: ReadonlyMap<string, number>,
): WorkflowMetadata {
  const isCounted = (run: RunRow): boolean => run.SCHEMA_VERSION === schemaVersion && isPublished(run)
  const rowsOf = ({ RUN_ID }: RunRow): number => rows.get(RUN_ID) ?? 0
  const total = known.runs.filter(isCounted).reduce((sum, run) => sum + rowsOf(run), 0)
  const counted = (version: SchemaVersionRow): SchemaVersionRow =>
    version.SCHEMA_VERSION === schemaVersion ? { ...version, TOTAL_ROWS: total } : version
  return {
    ...known,
    runs: known.runs.map((run) => (isCounted(run) ? { ...run, ROW_COUNT: rowsOf(run) } : run)),
    versions: known.versions.map(counted),
  }
}
