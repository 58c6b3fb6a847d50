import { published, type ShownTable } from '../../manifest/index.ts'
import { shownMetadata } from '../all-told.ts'
import { isSelected } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { instantNow } from '../iso-time.ts'
import type { JournalEntry } from '../journal-entry.ts'
import { lineageIn } from '../lineage.ts'
import { ACTIVITY_LOG } from '../metadata/activity-log.ts'
import { openMetadata } from '../metadata/metadata.ts'
import { type MetadataSettings, PinnedTable } from '../metadata/pinned-table.ts'
import { recountRuns } from '../metadata/recount.ts'
import { replaceRows } from '../metadata/replace.ts'
import { forgetSamples } from '../metadata/take-back.ts'
import { NO_METADATA, type WorkflowMetadata } from '../metadata/workflow-metadata.ts'
import { countRuns } from '../run-rows.ts'
import { holdsOne } from '../spellings.ts'
import { formatVersionTable } from '../table-name.ts'
import { findTableAt } from '../version-table.ts'
import { settle } from './aftermath.ts'
import { type Fence, metadataEntry, pinnedPlace } from './fence.ts'
import { gatherWithdrawn } from './group.ts'
import { readBack } from './read-back.ts'
import { type ShownWorkflow, showWorkflow } from './show-workflow.ts'

/** What rows were erased from, and of which values nothing else may tell. */
export interface ErasedValues {
  readonly workflows: readonly { readonly workflowId: string; readonly schemaVersions: readonly number[] }[]
  readonly values: readonly unknown[]
  /** Events that hold one of these leave the activity log. */
  readonly texts: readonly string[]
}

/**
 * Shows the tables that rows were erased from as they are now, in one generation: with latest tables and metadata that agree
 * with them, and without older versions. To be called as the holder of the lease.
 * @returns the generation, and how many events left the activity log.
 * @throws {DeltaError} `conflict` when somebody else published meanwhile: begin again.
 */
export async function showErased(
  context: ConnectorContext,
  fence: Fence,
  { workflows, values, texts }: ErasedValues,
): Promise<{ readonly generation: number; readonly events: number }> {
  const { runtime, plane } = context
  const { share, record } = fence
  const settings = shownMetadata(context, fence)
  const publishedAt = instantNow(runtime)
  const metadata = openMetadata(settings)
  const known = await metadata.load(workflows.map(({ workflowId }) => workflowId))
  const shown = new Map<string, ShownWorkflow>()
  const next = new Map<string, WorkflowMetadata>()
  const runs: JournalEntry[] = []
  for (const workflow of workflows) {
    const { workflowId } = workflow
    const before = known.get(workflowId) ?? NO_METADATA
    if (isSelected(record, workflowId)) {
      const gathered = await gatherWithdrawn(context, fence, workflow)
      const tables = gathered.tables.filter(({ place, runs }) => place.pin !== undefined || runs.length > 0)
      runs.push(...gathered.shown, ...tables.flatMap((table) => table.runs.map(({ entry }) => entry)))
      if (tables.length === 0) continue
      const after = await showWorkflow(context, fence, tables, before, publishedAt)
      const told = forgetSamples(after.metadata, values)
      shown.set(workflowId, { ...after, metadata: told })
      next.set(workflowId, told)
    } else if (before.workflow !== undefined) {
      next.set(workflowId, forgetSamples(await recounted(context, fence, workflow, before), values))
    }
  }
  const written = next.size === 0 ? [] : await metadata.write(next)
  const log = await eraseEvents(settings, texts)
  const tables: ShownTable[] = [
    ...[...shown.values()].flatMap((workflow) => workflow.tables),
    ...[...written, ...(log === undefined ? [] : [log.written])].map((table) => metadataEntry(fence, table)),
  ]
  const failure = await readBack(context, record, published(share, { tables }, { runtime }), shown)
  if (failure !== undefined) throw failure.error
  const { generation } = await plane.publish({ share, tables, touch: true })
  await settle(context, fence, { runs, events: [], generation })
  return { generation, events: log?.events ?? 0 }
}

/** Tables that are not shared now: what is told of them agrees with them all the same. */
async function recounted(
  context: ConnectorContext,
  fence: Fence,
  { workflowId, schemaVersions }: ErasedValues['workflows'][number],
  before: WorkflowMetadata,
): Promise<WorkflowMetadata> {
  let metadata = before
  for (const version of schemaVersions) {
    const table = await findTableAt(context, pinnedPlace(context, fence, formatVersionTable(workflowId, version)))
    if (table === undefined) continue
    metadata = recountRuns(metadata, version, await countRuns(table, lineageIn(table.schema), context.signal))
  }
  return metadata
}

async function eraseEvents(settings: MetadataSettings, texts: readonly string[]) {
  if (texts.length === 0 || settings.place(ACTIVITY_LOG.name).pin === undefined) return undefined
  const table = new PinnedTable(ACTIVITY_LOG, settings)
  const rows = await table.rows()
  const left = rows.filter((row) => !holdsOne(row, texts))
  if (left.length === rows.length) return undefined
  const written = await replaceRows(table, async () => left, settings.signal)
  return { written, events: rows.length - left.length }
}
