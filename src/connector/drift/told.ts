import { shownMetadata } from '../all-told.ts'
import type { ConnectorContext } from '../context.ts'
import { groupBy } from '../metadata/group-by.ts'
import { PinnedTable } from '../metadata/pinned-table.ts'
import { isPublished, type RunRow, WORKFLOW_RUNS } from '../metadata/runs.ts'
import { WORKFLOWS, type WorkflowRow } from '../metadata/workflows.ts'
import type { Fence } from '../publish/fence.ts'

/** What the metadata tables say, at the versions that the share shows. */
export interface Told {
  /** Workflows that are shown, by the name of their latest table. */
  readonly latest: ReadonlyMap<string, WorkflowRow>
  /** Published runs of those workflows, by the table that they are in. */
  readonly runs: ReadonlyMap<string, readonly RunRow[]>
}

/** @throws {DeltaError} `invalid-data` for metadata tables that the share shows elsewhere. */
export async function loadTold(context: ConnectorContext, fence: Fence): Promise<Told> {
  const settings = shownMetadata(context, fence)
  const [workflows, runs] = await Promise.all([
    new PinnedTable(WORKFLOWS, settings).rows(),
    new PinnedTable(WORKFLOW_RUNS, settings).rows(),
  ])
  const shown = workflows.flatMap((row) => (row.LATEST_TABLE === null ? [] : [[row.LATEST_TABLE, row] as const]))
  const ids = new Set(shown.map(([, { WORKFLOW_ID }]) => WORKFLOW_ID))
  const published = runs.filter((run) => isPublished(run) && ids.has(run.WORKFLOW_ID))
  return { latest: new Map(shown), runs: groupBy(published, ({ TABLE_NAME }) => TABLE_NAME) }
}
