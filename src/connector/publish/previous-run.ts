import type { Row } from '../../schema/index.ts'
import type { ConnectorContext } from '../context.ts'
import { WORKFLOW_RUNS } from '../metadata/runs.ts'
import type { TableKind } from '../metadata/table.ts'
import { WORKFLOWS } from '../metadata/workflows.ts'
import { openTableAt } from '../version-table.ts'
import { type Fence, pinnedPlace } from './fence.ts'

/** The newest run of a workflow that the share shows; undefined where there is none, or it is this run. */
export async function previousRun(
  context: ConnectorContext,
  fence: Fence,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): Promise<{ readonly rows: number; readonly finishedAt: string } | undefined> {
  const newest = await shownLatest(context, fence, workflowId)
  if (newest === null || newest === runId) return undefined
  const run = await shownRow(context, fence, WORKFLOW_RUNS, { WORKFLOW_ID: workflowId, RUN_ID: newest })
  return run && { rows: run.ROW_COUNT, finishedAt: run.FINISHED_AT }
}

/** The run that `WF_<id>__LATEST` shows; null where there is none. */
export async function shownLatest(context: ConnectorContext, fence: Fence, workflowId: string): Promise<string | null> {
  const workflow = await shownRow(context, fence, WORKFLOWS, { WORKFLOW_ID: workflowId })
  return workflow?.LATEST_RUN_ID ?? null
}

/** One row of a metadata table, as the share shows it. */
async function shownRow<R extends Row>(
  context: ConnectorContext,
  fence: Fence,
  kind: TableKind<R>,
  where: object,
): Promise<R | undefined> {
  const place = pinnedPlace(context, fence, kind.name)
  if (place.pin === undefined) return undefined
  const table = await openTableAt(context, place, { version: place.pin })
  for await (const row of table.read({ where, limit: 1, signal: context.signal })) return kind.parse(row)
  return undefined
}
