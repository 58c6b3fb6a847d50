import { DeltaError } from '../../errors.ts'
import { findTable, published, type ShownTable, type TableEntry, type TableName } from '../../manifest/index.ts'
import { shownMetadata } from '../all-told.ts'
import { type ConnectorRecord, isSelected } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { instantNow } from '../iso-time.ts'
import type { JournalEntry } from '../journal-entry.ts'
import { ACTIVITY_LOG } from '../metadata/activity-log.ts'
import { type Metadata, openMetadata } from '../metadata/metadata.ts'
import { type MetadataSettings, PinnedTable } from '../metadata/pinned-table.ts'
import type { SchemaVersionRow } from '../metadata/schema-versions.ts'
import { readmitWorkflow, withdrawWorkflow } from '../metadata/take-back.ts'
import { NO_METADATA, type WorkflowMetadata } from '../metadata/workflow-metadata.ts'
import { WORKFLOWS, type WorkflowRow } from '../metadata/workflows.ts'
import { formatLatestTable, parseTableName, workflowName } from '../table-name.ts'
import { forgetEvents } from '../waiting-events.ts'
import { settle } from './aftermath.ts'
import { type Fence, loadFence, metadataEntry, pinnedPlace } from './fence.ts'
import { fromNowOn } from './from-now-on.ts'
import { gatherWithdrawn } from './group.ts'
import { checkHindrances, checkLogComing, type VersionToShow } from './hindrance.ts'
import { readBack } from './read-back.ts'
import { reduceEvents } from './reduce-events.ts'
import { latestOfOtherModes, remakeLatest } from './remake-latest.ts'
import { showEvents } from './show-events.ts'
import { showOrThrow } from './show-ready.ts'
import { type ShownWorkflow, showWorkflow, versionEntry } from './show-workflow.ts'

/** How the share changed. */
export interface Reshown {
  readonly generation: number
  /** Tables that joined the share, by name. */
  readonly added: readonly string[]
  /** Tables that left it. */
  readonly removed: readonly string[]
  /** Whether it is at another generation now. */
  readonly isChanged: boolean
}

/**
 * Brings the share in line with the configuration, whatever it showed before, in one generation, which it moves in any case unless
 * `touch` is false. To be called as the holder of the lease.
 * @throws {DeltaError} `conflict` when somebody else published meanwhile: begin again; `invalid-data` when what comes back would
 * not be read as it is.
 */
export async function reshow(
  context: ConnectorContext,
  shareName: string,
  { touch = true }: { readonly touch?: boolean } = {},
): Promise<Reshown> {
  const fence = await loadFence(context, shareName)
  const { runtime, plane } = context
  const { share, record } = fence
  const settings = shownMetadata(context, fence)
  const publishedAt = instantNow(runtime)
  const shown = new Map<string, ShownWorkflow>()
  const runs: JournalEntry[] = []
  const outdated = await latestOfOtherModes(context, fence)
  const checkComing = (versions: readonly SchemaVersionRow[]): Promise<void> =>
    checkHindrances(context, fence, versions.map(tableOf))
  await checkLogComing(context, fence)
  const written = await rewriteMetadata(settings, fence, outdated, checkComing, async (row, known) => {
    const { WORKFLOW_ID: workflowId } = row
    if (known.workflow?.LATEST_TABLE !== null) {
      const show = () => remakeLatest(context, fence, known)
      const workflow = await showOrThrow(context, fence, { workflowId, versions: [], show })
      shown.set(workflowId, workflow)
      return workflow.metadata
    }
    const schemaVersions = known.versions.map(({ SCHEMA_VERSION }) => SCHEMA_VERSION)
    const withdrawn = await gatherWithdrawn(context, fence, { workflowId, schemaVersions })
    const versions = withdrawn.tables.map((table) => versionEntry(table, fence))
    const show = () => showWorkflow(context, fence, withdrawn.tables, readmitWorkflow(known), publishedAt)
    const workflow = await showOrThrow(context, fence, { workflowId, versions, show })
    shown.set(workflowId, workflow)
    runs.push(...withdrawn.shown, ...withdrawn.tables.flatMap((table) => table.runs.map(({ entry }) => entry)))
    return workflow.metadata
  })
  const log = written.length === 0 ? undefined : await changeLog(settings, fence, publishedAt)
  const remove = await leavingTables(context, fence)
  const tables = [
    ...withHistory(fence, remove),
    ...[...shown.values()].flatMap((workflow) => workflow.tables.map(fromNowOn)),
    ...written.map((table) => metadataEntry(fence, table)),
    ...(log === undefined ? [] : [log]),
  ]
  const change = { tables, remove: remove.map(({ schema, name }): TableName => ({ schema, name })), touch }
  const next = published(share, change, { runtime })
  if (next === share) return { generation: share.generation, added: [], removed: [], isChanged: false }
  const failure = await readBack(context, record, next, shown)
  if (failure !== undefined) throw failure.error
  const { generation } = await plane.publish({ share, ...change })
  await settle(context, fence, { runs, events: [], generation })
  if (record.config.activityLog === false) await forgetEvents(context)
  const added = tables.filter((table) => findTable(share, table) === undefined)
  return { generation, added: namesOf(added), removed: namesOf(remove), isChanged: true }
}

/**
 * What the share shows and, in line with the configuration, would not show any more.
 * @throws {DeltaError} as {@link pinnedPlace}.
 */
export async function leavingTables(context: ConnectorContext, fence: Fence): Promise<TableEntry[]> {
  const { share, record } = fence
  const selected = await namesOfSelected(shownMetadata(context, fence), record)
  return share.tables.filter((entry) => isToLeave(record, selected, entry))
}

/**
 * The share as the fence, without workflows that left the configuration: whoever took them out may have died before they left
 * the share, and what is told of them would not agree with their tables. To be called as the holder of the lease.
 * @throws {DeltaError} as {@link reshow}.
 */
export async function loadFenceWithoutLeaving(
  context: ConnectorContext,
  shareName: string,
  workflowIds: readonly string[],
): Promise<Fence> {
  const fence = await loadFence(context, shareName)
  const { share, record } = fence
  const leaving = new Set(workflowIds.filter((id) => !isSelected(record, id)).map(workflowName))
  const isLeaving = share.tables.some(({ schema, name }) => {
    const parsed = schema === record.schema ? parseTableName(name) : undefined
    return parsed !== undefined && parsed.kind !== 'metadata' && leaving.has(parsed.workflow)
  })
  if (!isLeaving) return fence
  await reshow(context, shareName)
  return loadFence(context, shareName)
}

/**
 * Which of some workflows that are about to be shown had left the share and are selected again: whoever selected them may be
 * about to bring their tables back, or died before, and all of those are to come at once.
 */
export async function workflowsComingBack(
  context: ConnectorContext,
  fence: Fence,
  workflowIds: ReadonlySet<string>,
): Promise<string[]> {
  const hidden = [...workflowIds].filter((id) => pinnedPlace(context, fence, formatLatestTable(id)).pin === undefined)
  if (hidden.length === 0) return []
  const workflows = await new PinnedTable(WORKFLOWS, shownMetadata(context, fence)).rows()
  const left = new Set(workflows.flatMap((row) => (row.LATEST_TABLE === null ? [row.WORKFLOW_ID] : [])))
  return hidden.filter((id) => left.has(id))
}

/**
 * Makes sure that the share has all tables of those workflows that it is to show, where some left it before and whoever selected
 * them again died, or is about to bring them back.
 * @throws {DeltaError} `conflict` where any came back by this: begin again, with the share as it is now; and as {@link reshow}.
 */
export async function bringBack(
  context: ConnectorContext,
  fence: Fence,
  workflowIds: readonly string[],
): Promise<void> {
  const { record, share } = fence
  const selected = workflowIds.filter((id) => isSelected(record, id))
  const back = await workflowsComingBack(context, fence, new Set(selected))
  if (back.length === 0) return
  await reshow(context, share.name)
  throw new DeltaError(
    'conflict',
    `workflow ${back.join(', ')} came back to share ${share.name} meanwhile: begin again`,
  )
}

function tableOf({ WORKFLOW_ID, SCHEMA_VERSION }: SchemaVersionRow): VersionToShow {
  return { workflowId: WORKFLOW_ID, schemaVersion: SCHEMA_VERSION }
}

/**
 * Workflows that leave are told to have left; those that come back, and those whose latest table is outdated, by whatever they
 * are shown with. What comes back is checked before anything is written.
 */
async function rewriteMetadata(
  settings: MetadataSettings,
  { record }: Fence,
  outdated: ReadonlySet<string>,
  checkComing: (versions: readonly SchemaVersionRow[]) => Promise<void>,
  show: (workflow: WorkflowRow, known: WorkflowMetadata) => Promise<WorkflowMetadata>,
): ReturnType<Metadata['write']> {
  const workflows = await new PinnedTable(WORKFLOWS, settings).rows()
  if (workflows.length === 0) return []
  const isToStay = ({ WORKFLOW_ID }: WorkflowRow): boolean => isSelected(record, WORKFLOW_ID)
  const changing = workflows.filter((row) =>
    row.LATEST_TABLE === null ? isToStay(row) : !isToStay(row) || outdated.has(row.LATEST_TABLE),
  )
  const metadata = openMetadata(settings)
  const known = await metadata.load(changing.map(({ WORKFLOW_ID }) => WORKFLOW_ID))
  const back = changing.filter((row) => row.LATEST_TABLE === null)
  await checkComing(back.flatMap((row) => known.get(row.WORKFLOW_ID)?.versions ?? []))
  const next = new Map<string, WorkflowMetadata>()
  for (const row of changing) {
    const before = known.get(row.WORKFLOW_ID) ?? NO_METADATA
    next.set(row.WORKFLOW_ID, isToStay(row) ? await show(row, before) : withdrawWorkflow(before))
  }
  return metadata.write(next)
}

/** The activity log without what recipients may not see any more; made where it is to be shown and is not. */
function changeLog(settings: MetadataSettings, fence: Fence, publishedAt: string): Promise<ShownTable | undefined> {
  const isShown = settings.place(ACTIVITY_LOG.name).pin !== undefined
  return isShown ? reduceEvents(settings, fence) : showEvents(settings, fence, [], publishedAt)
}

/**
 * The parts of tables' names that stand for the workflows that are selected. A name tells nothing of an id that it stands
 * for: ids that differ by case alone share one, and it belongs to that which was published.
 */
async function namesOfSelected(settings: MetadataSettings, record: ConnectorRecord): Promise<ReadonlySet<string>> {
  const workflows = await new PinnedTable(WORKFLOWS, settings).rows()
  const selected = workflows.filter(({ WORKFLOW_ID }) => isSelected(record, WORKFLOW_ID))
  return new Set(selected.map(({ WORKFLOW_ID }) => workflowName(WORKFLOW_ID)))
}

function isToLeave(
  { schema: shown, config }: ConnectorRecord,
  selected: ReadonlySet<string>,
  { schema, name }: TableEntry,
): boolean {
  const parsed = schema === shown ? parseTableName(name) : undefined
  if (parsed === undefined) return false
  if (parsed.kind === 'metadata') return parsed.table === ACTIVITY_LOG.name && config.activityLog === false
  return config.workflows !== 'all' && !selected.has(parsed.workflow)
}

/** Tables of versions whose history is shared from now on, or no longer. */
function withHistory({ share, record }: Fence, leaving: readonly TableEntry[]): ShownTable[] {
  const { versions: history } = record.config.history
  return share.tables
    .filter((entry) => !leaving.includes(entry) && parseTableName(entry.name)?.kind === 'version')
    .filter((entry) => entry.history !== history)
    .map((entry) => fromNowOn({ ...entry, history }))
}

function namesOf(tables: readonly TableName[]): string[] {
  return tables.map(({ name }) => name)
}
