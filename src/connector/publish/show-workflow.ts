import { findTable, type ShownTable } from '../../manifest/index.ts'
import type { Table } from '../../table/index.ts'
import type { ConnectorContext } from '../context.ts'
import { writeLatest } from '../latest.ts'
import type { LatestTable, RunFacts } from '../metadata/facts.ts'
import { publishRuns } from '../metadata/publish-runs.ts'
import { recountRuns } from '../metadata/recount.ts'
import { ageOf, isPublished } from '../metadata/runs.ts'
import { takeBackRuns } from '../metadata/take-back.ts'
import type { WorkflowMetadata } from '../metadata/workflow-metadata.ts'
import { compareRuns, type RunAge } from '../run.ts'
import { stagingFolder } from '../stage.ts'
import { formatLatestTable, formatVersionTable } from '../table-name.ts'
import { openTableAt } from '../version-table.ts'
import { type Fence, pinnedPlace } from './fence.ts'
import { fromNowOn } from './from-now-on.ts'
import { isOvertaken } from './overtaken.ts'
import type { WaitingRun, WaitingTable } from './waiting-table.ts'

/** What a recipient must find once a workflow is shown: the rows of a run in a table, or so many rows in all. */
export interface Expected {
  readonly table: string
  readonly runs: readonly { readonly runId: string; readonly rows: number }[]
  readonly rows?: number
}

/** A workflow as the next generation shows it. */
export interface ShownWorkflow {
  readonly tables: readonly ShownTable[]
  readonly metadata: WorkflowMetadata
  readonly expected: readonly Expected[]
}

/** The newest run of a workflow, and the table that its rows are in. */
interface Newest extends RunAge {
  readonly schemaVersion: number
}

/**
 * Prepares what the share is to show of a workflow: its tables of versions as they stand, `…__LATEST` written anew if a newer
 * run is among those that wait, and what the metadata says of them. Nobody sees any of it yet.
 * @throws {DeltaError} `conflict` when another publisher wrote `…__LATEST` meanwhile.
 */
export async function showWorkflow(
  context: ConnectorContext,
  fence: Fence,
  waiting: readonly WaitingTable[],
  known: WorkflowMetadata,
  publishedAt: string,
): Promise<ShownWorkflow> {
  const retracted = waiting.flatMap((table) => table.retracted)
  const newest = newestOf(waiting, known, retracted)
  const isWrong =
    isToMove(waiting, known, retracted, newest, fence) || (await isLatestOvertaken(context, fence, waiting))
  const latest = isWrong ? await moveLatest(context, fence, waiting, newest) : undefined
  const counted = waiting.reduce(countedAnew, known)
  const isComing = waiting.some(({ runs }) => runs.some(({ entry }) => entry.runId === newest?.runId))
  const shownAgain = isComing ? undefined : latest?.written
  const left = retracted.length === 0 ? counted : takeBackRuns(counted, { runIds: retracted, latest: shownAgain })
  const facts = waiting.flatMap((table) =>
    table.runs.map((run) =>
      factsOf(table, run, run.entry.run.runId === newest?.runId ? latest?.written : undefined, publishedAt),
    ),
  )
  return {
    tables: [...waiting.map((table) => versionEntry(table, fence)), ...(latest === undefined ? [] : [latest.entry])],
    metadata: countingLatest(publishRuns(left, facts), latest?.written),
    expected: [
      ...waiting.map((table) => ({ table: table.place.name, ...expectedRows(table) })),
      ...(latest === undefined ? [] : [latest.expected]),
    ],
  }
}

/** Where rows were erased, what is told of its runs changes. */
function countedAnew(known: WorkflowMetadata, { schemaVersion, counts }: WaitingTable): WorkflowMetadata {
  return counts === undefined ? known : recountRuns(known, schemaVersion, counts)
}

function newestOf(
  waiting: readonly WaitingTable[],
  known: WorkflowMetadata,
  retracted: readonly string[],
): Newest | undefined {
  const coming = waiting.flatMap(({ schemaVersion, runs }) =>
    runs.map(({ entry: { run } }) => ({ runId: run.runId, finishedAt: run.finishedAt, schemaVersion })),
  )
  const left = known.runs
    .filter((run) => isPublished(run) && !retracted.includes(run.RUN_ID))
    .map((run) => ({ ...ageOf(run), schemaVersion: run.SCHEMA_VERSION }))
  return [...shownNow(known, retracted), ...left, ...coming].reduce<Newest | undefined>(
    (newest, run) => (newest !== undefined && compareRuns(newest, run) >= 0 ? newest : run),
    undefined,
  )
}

/** The run that `…__LATEST` shows, unless it was taken back. */
function shownNow({ workflow }: WorkflowMetadata, retracted: readonly string[]): Newest[] {
  if (workflow === undefined) return []
  const { LATEST_RUN_ID: runId, LATEST_RUN_FINISHED_AT: finishedAt, LATEST_SCHEMA_VERSION: schemaVersion } = workflow
  if (runId === null || finishedAt === null || schemaVersion === null || retracted.includes(runId)) return []
  return [{ runId, finishedAt, schemaVersion }]
}

/** With more than the newest run in it, it also changes when others of its version come or go. */
function isToMove(
  waiting: readonly WaitingTable[],
  { workflow }: WorkflowMetadata,
  retracted: readonly string[],
  newest: Newest | undefined,
  { record, share }: Fence,
): boolean {
  const [first] = waiting
  const name = first && formatLatestTable(first.workflowId)
  // As when the workflow comes back to the share.
  if (name !== undefined && findTable(share, { schema: record.schema, name }) === undefined) return true
  const shown = workflow?.LATEST_RUN_ID ?? undefined
  if (newest?.runId !== shown || (shown !== undefined && retracted.includes(shown))) return true
  if (waiting.some(({ counts }) => counts !== undefined)) return true
  // By another mode than it was written by, it may show runs that come or go.
  if (record.isUpdating) return true
  if (record.config.latestMode === 'latest_run') return false
  return waiting.some(({ schemaVersion }) => schemaVersion === newest?.schemaVersion)
}

/** As where a run that was taken back had come as far as into the latest table. */
async function isLatestOvertaken(
  context: ConnectorContext,
  fence: Fence,
  [first]: readonly WaitingTable[],
): Promise<boolean> {
  return first !== undefined && isOvertaken(context, pinnedPlace(context, fence, formatLatestTable(first.workflowId)))
}

async function moveLatest(
  context: ConnectorContext,
  fence: Fence,
  waiting: readonly WaitingTable[],
  newest: Newest | undefined,
): Promise<{ readonly written: LatestTable; readonly entry: ShownTable; readonly expected: Expected } | undefined> {
  const [first] = waiting
  if (first === undefined) return undefined
  const { record } = fence
  const { latestMode: mode } = record.config
  const place = pinnedPlace(context, fence, formatLatestTable(first.workflowId))
  const of = waiting.find(({ schemaVersion }) => schemaVersion === newest?.schemaVersion)
  const table = of?.table ?? (await openShown(context, fence, first, newest))
  const fresh = of?.runs.find(({ entry }) => entry.runId === newest?.runId)
  // Files of the delivery hold what was erased since.
  const part = of?.counts === undefined ? fresh?.entry.part : undefined
  // Only of a commit that was written down it is known that the rows in the table are these.
  const isKnown = fresh?.entry.tableVersion !== undefined
  const files = isKnown && part ? { part, folder: stagingFolder(context.id, fresh.entry) } : undefined
  const { workflowId } = first
  const written = await writeLatest(context, place, { workflowId, table, newest, mode, files })
  // Of older runs, rows may have been erased: they are not numbered from 0 any more.
  const isOneRun = mode === 'latest_run' && newest !== undefined && part !== undefined
  return {
    written,
    entry: {
      schema: record.schema,
      name: place.name,
      location: written.location,
      version: written.tableVersion,
      history: false,
    },
    expected: {
      table: place.name,
      rows: written.rows,
      runs: isOneRun ? [{ runId: newest.runId, rows: written.rows }] : [],
    },
  }
}

/** The table of the newest run that is left, where none of its runs came or went. */
async function openShown(
  context: ConnectorContext,
  fence: Fence,
  { table, workflowId }: WaitingTable,
  newest: Newest | undefined,
): Promise<Table> {
  if (newest === undefined) return table
  const place = pinnedPlace(context, fence, formatVersionTable(workflowId, newest.schemaVersion))
  return openTableAt(context, place, { version: place.pin })
}

export function versionEntry({ place, table, isReduced }: WaitingTable, fence: Fence): ShownTable {
  const { versions: history } = fence.record.config.history
  const entry = entryOf(place, fence)
  // What was taken back must not be read from an older version either, nor what was while none could be read.
  const isFromNowOn = isReduced || findTable(fence.share, entry)?.history === false
  const shown = { ...entry, version: table.version, history }
  return isFromNowOn ? fromNowOn(shown) : shown
}

function entryOf({ name, location }: { readonly name: string; readonly location: string }, { record }: Fence) {
  return { schema: record.schema, name, location }
}

/** What is told of a run that waits; `latest` where it is to be the newest. */
export function factsOf(
  { schemaVersion }: Pick<WaitingTable, 'schemaVersion'>,
  { entry, rows, layout, tableVersion }: WaitingRun,
  latest: LatestTable | undefined,
  publishedAt: string,
): RunFacts {
  const { workflow, schema: descriptor, run, report, part, isBackfill } = entry
  return {
    workflow,
    descriptor,
    layout,
    run,
    schemaVersion,
    tableVersion,
    latest: latest ?? null,
    report: { castFailures: report?.castFailures ?? [], rows },
    bytes: part?.bytes ?? 0,
    isBackfill,
    publishedAt,
  }
}

/** With more than the newest run in it, the table also grows by runs that are not. */
function countingLatest(metadata: WorkflowMetadata, latest: LatestTable | undefined): WorkflowMetadata {
  const { workflow } = metadata
  if (workflow === undefined || latest === undefined || workflow.LATEST_ROW_COUNT === latest.rows) return metadata
  return { ...metadata, workflow: { ...workflow, LATEST_ROW_COUNT: latest.rows } }
}

/** All rows of the runs that come, and none of those that were taken back; where some were erased, what is left. */
function expectedRows({ runs, retracted, counts }: WaitingTable): Omit<Expected, 'table'> {
  if (counts !== undefined) return { runs: [], rows: [...counts.values()].reduce((sum, rows) => sum + rows, 0) }
  return {
    runs: [
      ...runs.map(({ entry, rows }) => ({ runId: entry.runId, rows })),
      ...retracted.map((runId) => ({ runId, rows: 0 })),
    ],
  }
}
