import { shownMetadata } from '../all-told.ts'
import type { ConnectorContext } from '../context.ts'
import { PinnedTable } from '../metadata/pinned-table.ts'
import { WORKFLOWS } from '../metadata/workflows.ts'
import { formatLatestTable, METADATA_TABLES } from '../table-name.ts'
import { findTableAt } from '../version-table.ts'
import { type Fence, latestTables, type PinnedPlace, pinnedPlace } from './fence.ts'

/**
 * Whether recipients see more of a table than was published: on planes that always show the newest version, what a
 * publication wrote that died or lost. That is not only to be passed over, as elsewhere, but to be taken back.
 */
export async function isOvertaken(context: ConnectorContext, place: PinnedPlace): Promise<boolean> {
  if (context.plane.promises.pinned || place.pin === undefined) return false
  const head = await findTableAt(context, place)
  return head !== undefined && head.version !== place.pin
}

/** The workflows of some ids whose latest tables are overtaken. */
export async function overtakenWorkflows(
  context: ConnectorContext,
  fence: Fence,
  ids: Iterable<string>,
): Promise<string[]> {
  if (context.plane.promises.pinned) return []
  const overtaken: string[] = []
  for (const id of ids) {
    if (await isOvertaken(context, pinnedPlace(context, fence, formatLatestTable(id)))) overtaken.push(id)
  }
  return overtaken
}

/** The names of all tables in the share that are overtaken; those of versions are looked after by what waits in them. */
export async function overtakenTables(context: ConnectorContext, fence: Fence): Promise<string[]> {
  if (context.plane.promises.pinned) return []
  const latest = latestTables(fence).map(({ name }) => name)
  const overtaken: string[] = []
  for (const name of [...METADATA_TABLES, ...latest]) {
    if (await isOvertaken(context, pinnedPlace(context, fence, name))) overtaken.push(name)
  }
  return overtaken
}

/** The workflows that are shown by these latest tables. */
export async function workflowsOf(
  context: ConnectorContext,
  fence: Fence,
  tables: readonly string[],
): Promise<string[]> {
  if (tables.length === 0) return []
  const rows = await new PinnedTable(WORKFLOWS, shownMetadata(context, fence)).rows()
  return rows.flatMap(({ WORKFLOW_ID, LATEST_TABLE }) =>
    LATEST_TABLE !== null && tables.includes(LATEST_TABLE) ? [WORKFLOW_ID] : [],
  )
}
