import { holdsOne } from '../spellings.ts'
import { formatLatestTable } from '../table-name.ts'
import { dropSamples } from './cast-failures.ts'
import type { LatestTable } from './facts.ts'
import { isPublished, newestOf, type RunRow, type RunStatus, rowsOf } from './runs.ts'
import type { SchemaVersionRow, SchemaVersionStatus } from './schema-versions.ts'
import { hasStatus, type WorkflowMetadata, withStatuses } from './workflow-metadata.ts'
import type { WorkflowRow } from './workflows.ts'

/** How a sample ends of which the rest was cut off. */
const SHORTENED = /…"?$/

/** A workflow that is shared no longer: its rows stay, and those of its versions, and say so. */
export function withdrawWorkflow(known: WorkflowMetadata): WorkflowMetadata {
  if (known.workflow === undefined) return known
  return {
    ...known,
    workflow: { ...known.workflow, LATEST_TABLE: null, IS_DELETED: true },
    versions: known.versions.map(retired),
  }
}

/**
 * Takes {@link withdrawWorkflow} back: all tables of the workflow are shared again.
 * @param known with all its runs.
 */
export function readmitWorkflow(known: WorkflowMetadata): WorkflowMetadata {
  const { workflow, versions, runs } = known
  if (workflow === undefined) return known
  return {
    ...known,
    workflow: {
      ...workflow,
      LATEST_TABLE: formatLatestTable(workflow.WORKFLOW_ID),
      IS_DELETED: workflow.STATE === 'DELETED',
    },
    versions: withStatuses(
      versions.map((version) => withStatus(version, 'SUPERSEDED')).map((version) => pendingWithout(version, runs)),
      workflow.LATEST_SCHEMA_VERSION,
    ),
  }
}

/** Versions whose tables leave the share, while the workflow stays in it. */
export function retireVersions(known: WorkflowMetadata, versions: readonly number[]): WorkflowMetadata {
  return {
    ...known,
    versions: known.versions.map((version) => (versions.includes(version.SCHEMA_VERSION) ? retired(version) : version)),
  }
}

/** Runs whose rows are taken out of their tables. */
export interface TakenBack {
  readonly runIds: readonly string[]
  /** `REPLACED` when another run stands for them; default `RETRACTED`. */
  readonly status?: Exclude<RunStatus, 'PUBLISHED'> | undefined
  /** What `WF_<id>__LATEST` shows now, where it had shown one of them and now shows one that is left. */
  readonly latest?: LatestTable | undefined
}

/**
 * Marks runs whose rows are in no table any more, and forgets the samples of their values. `LATEST_…` tells of the newest
 * run that is left; the workflow and its versions stay described as they were, and when they were first published stays
 * true. A version without any run is pending.
 * @param known with all its runs.
 */
export function takeBackRuns(
  known: WorkflowMetadata,
  { runIds, status = 'RETRACTED', latest }: TakenBack,
): WorkflowMetadata {
  const gone = new Set(runIds)
  const taken = known.runs.filter((run) => gone.has(run.RUN_ID) && isPublished(run))
  if (known.workflow === undefined || taken.length === 0) return known
  const marked = known.runs.map((run) => (taken.includes(run) ? withoutSamples({ ...run, STATUS: status }) : run))
  const newest = newestOf(marked.filter(isPublished))
  const wasLatest = taken.some(({ RUN_ID }) => RUN_ID === known.workflow?.LATEST_RUN_ID)
  const workflow = wasLatest ? showing(known.workflow, newest, latest) : known.workflow
  const versions = known.versions.map((version) => pendingWithout(countedDown(version, taken), marked))
  return {
    ...known,
    workflow,
    versions: withStatuses(versions, workflow.LATEST_SCHEMA_VERSION),
    runs: wasLatest && latest !== undefined ? marked.map((run) => shownBy(run, newest, latest)) : marked,
  }
}

/** Forgets samples of values that did not fit their column, where they hold one of some values or may have. How many there were stays. */
export function forgetSamples(known: WorkflowMetadata, values: readonly unknown[]): WorkflowMetadata {
  if (values.length === 0) return known
  const texts = values.map(String)
  // Too many are forgotten rather than one too few: of a text that was shortened nobody knows what it held.
  const mayHold = (sample: string): boolean => SHORTENED.test(sample) || holdsOne(sample, texts)
  return { ...known, runs: known.runs.map((run) => withoutSamples(run, mayHold)) }
}

function withoutSamples(run: RunRow, isDropped: (sample: string) => boolean = () => true): RunRow {
  const { CAST_FAILURE_DETAILS: details } = run
  if (details === null) return run
  const left = dropSamples(details, isDropped)
  return left === details ? run : { ...run, CAST_FAILURE_DETAILS: left }
}

function showing(workflow: WorkflowRow, newest: RunRow | undefined, latest: LatestTable | undefined): WorkflowRow {
  return {
    ...workflow,
    LATEST_SCHEMA_VERSION: newest?.SCHEMA_VERSION ?? workflow.LATEST_SCHEMA_VERSION,
    LATEST_RUN_ID: newest?.RUN_ID ?? null,
    LATEST_RUN_FINISHED_AT: newest?.FINISHED_AT ?? null,
    LATEST_ROW_COUNT: latest?.rows ?? newest?.ROW_COUNT ?? 0,
    PUBLISHED_AT: newest?.PUBLISHED_AT ?? workflow.PUBLISHED_AT,
  }
}

/** One that was shown before the runs that are gone keeps the version that first showed it. */
function shownBy(run: RunRow, newest: RunRow | undefined, { tableVersion }: LatestTable): RunRow {
  return run === newest ? { ...run, LATEST_TABLE_VERSION: run.LATEST_TABLE_VERSION ?? tableVersion } : run
}

function countedDown(version: SchemaVersionRow, taken: readonly RunRow[]): SchemaVersionRow {
  const gone = taken.filter(({ SCHEMA_VERSION }) => SCHEMA_VERSION === version.SCHEMA_VERSION)
  return { ...version, TOTAL_ROWS: (version.TOTAL_ROWS ?? 0) - rowsOf(gone) }
}

function pendingWithout(version: SchemaVersionRow, runs: readonly RunRow[]): SchemaVersionRow {
  const hasRuns = runs.some((run) => run.SCHEMA_VERSION === version.SCHEMA_VERSION && isPublished(run))
  return hasRuns || hasStatus(version, 'RETIRED') ? version : withStatus(version, 'PENDING')
}

function retired(version: SchemaVersionRow): SchemaVersionRow {
  return { ...withStatus(version, 'RETIRED'), IS_LATEST: false }
}

function withStatus(version: SchemaVersionRow, status: SchemaVersionStatus): SchemaVersionRow {
  return { ...version, STATUS: status }
}
