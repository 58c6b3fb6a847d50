import { compareRuns, type RunAge } from '../run.ts'
import { changeSummary } from './change-summary.ts'
import type { RunFacts } from './facts.ts'
import { groupBy } from './group-by.ts'
import { ageOf, isPublished, type RunRow, runRow } from './runs.ts'
import { type SchemaFieldRow, schemaFieldRows, WORKFLOW_SCHEMA_FIELDS } from './schema-fields.ts'
import {
  describeVersion,
  type SchemaVersionRow,
  type SchemaVersionStatus,
  schemaVersionRow,
} from './schema-versions.ts'
import { type WorkflowMetadata, withStatuses } from './workflow-metadata.ts'
import { type WorkflowRow, workflowRow } from './workflows.ts'

/**
 * What the metadata says of a workflow once these runs of it are published. In which order runs come, and how many at
 * once, makes no difference: the workflow is described by its newest run, a version by the newest run that has it, and a
 * run that is older takes nothing back. Runs that are published already change nothing.
 * @param known with the runs from the oldest of `runs` on, at least.
 */
export function publishRuns(known: WorkflowMetadata, runs: readonly RunFacts[]): WorkflowMetadata {
  const fresh = unpublished(known.runs, runs)
  const newest = fresh.at(-1)
  if (newest === undefined) return known
  const workflow = nextWorkflow(known.workflow, newest)
  const byVersion = groupBy(fresh, ({ schemaVersion }) => schemaVersion)
  const described = [...byVersion.values()].flatMap((ofVersion) => describing(known, ofVersion))
  const fields = nextFields(known.fields, described)
  const versions = nextVersions(known.versions, byVersion, described)
  return {
    workflow,
    fields,
    versions: withStatuses(withSummaries(versions, fields), workflow.LATEST_SCHEMA_VERSION),
    runs: nextRuns(known.runs, fresh),
  }
}

/** Each run once, the oldest first. */
function unpublished(known: readonly RunRow[], runs: readonly RunFacts[]): RunFacts[] {
  const published = new Set(known.filter(isPublished).map(({ RUN_ID }) => RUN_ID))
  const fresh = new Map(runs.map((facts) => [facts.run.runId, facts]))
  return [...fresh.values()].filter(({ run }) => !published.has(run.runId)).sort((a, b) => compareRuns(a.run, b.run))
}

function nextWorkflow(known: WorkflowRow | undefined, newest: RunFacts): WorkflowRow {
  const next = workflowRow(newest)
  if (known === undefined || isNewest(newest, latestOf(known))) return next
  // One that was taken out is shared again.
  return { ...known, LATEST_TABLE: next.LATEST_TABLE, IS_DELETED: known.STATE === 'DELETED' }
}

function latestOf({ LATEST_RUN_ID: runId, LATEST_RUN_FINISHED_AT: finishedAt }: WorkflowRow): RunAge[] {
  return runId === null || finishedAt === null ? [] : [{ runId, finishedAt }]
}

function isNewest({ run }: RunFacts, others: readonly RunAge[]): boolean {
  return others.every((other) => compareRuns(run, other) > 0)
}

/** The newest run of a version, if it is newer than all that are known: it says what the version is. */
function describing(known: WorkflowMetadata, fresh: readonly RunFacts[]): RunFacts[] {
  const newest = fresh.at(-1)
  if (newest === undefined) return []
  const others = known.runs.filter((run) => run.SCHEMA_VERSION === newest.schemaVersion && isPublished(run))
  return isNewest(newest, others.map(ageOf)) ? [newest] : []
}

function nextFields(known: readonly SchemaFieldRow[], described: readonly RunFacts[]): readonly SchemaFieldRow[] {
  const versions = new Set(described.map(({ schemaVersion }) => schemaVersion))
  const kept = known.filter(({ SCHEMA_VERSION }) => !versions.has(SCHEMA_VERSION))
  return [...kept, ...described.flatMap(schemaFieldRows)].sort(WORKFLOW_SCHEMA_FIELDS.compare)
}

function nextVersions(
  known: readonly SchemaVersionRow[],
  fresh: ReadonlyMap<number, readonly RunFacts[]>,
  described: readonly RunFacts[],
): SchemaVersionRow[] {
  const rows = new Map(known.map((row) => [row.SCHEMA_VERSION, row]))
  for (const [version, runs] of fresh) {
    const newest = described.find(({ schemaVersion }) => schemaVersion === version)
    const counted = runs.reduce<SchemaVersionRow | undefined>(withRun, rows.get(version))
    if (counted !== undefined) rows.set(version, newest ? { ...counted, ...describeVersion(newest) } : counted)
  }
  return [...rows.values()]
}

function withRun(known: SchemaVersionRow | undefined, facts: RunFacts): SchemaVersionRow {
  const row = known ?? schemaVersionRow(facts)
  const { run, publishedAt, report } = facts
  return {
    ...row,
    STATUS: 'SUPERSEDED' satisfies SchemaVersionStatus,
    ...(isBefore(publishedAt, row.FIRST_PUBLISHED_AT) && { FIRST_RUN_ID: run.runId, FIRST_PUBLISHED_AT: publishedAt }),
    LAST_PUBLISHED_AT: isBefore(publishedAt, row.LAST_PUBLISHED_AT) ? row.LAST_PUBLISHED_AT : publishedAt,
    TOTAL_ROWS: (row.TOTAL_ROWS ?? 0) + report.rows,
  }
}

/** Times of one length, in UTC: their text sorts as they do. */
function isBefore(time: string, other: string | null): boolean {
  return other === null || time < other
}

/** Each version is compared with the one before, which may have come after it. */
function withSummaries(versions: readonly SchemaVersionRow[], fields: readonly SchemaFieldRow[]): SchemaVersionRow[] {
  const byVersion = groupBy(fields, ({ SCHEMA_VERSION }) => SCHEMA_VERSION)
  const inOrder = [...versions].sort((a, b) => a.SCHEMA_VERSION - b.SCHEMA_VERSION)
  return inOrder.map((version, index) => {
    const previous = inOrder[index - 1]
    const before = previous && (byVersion.get(previous.SCHEMA_VERSION) ?? [])
    return { ...version, CHANGE_SUMMARY: changeSummary(before, byVersion.get(version.SCHEMA_VERSION) ?? []) }
  })
}

function nextRuns(known: readonly RunRow[], fresh: readonly RunFacts[]): RunRow[] {
  const rows = new Map(known.map((row) => [row.RUN_ID, row]))
  for (const facts of fresh) rows.set(facts.run.runId, runRow(facts))
  return [...rows.values()]
}
