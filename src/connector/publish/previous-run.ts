import { openTable } from '../../table/index.ts'
import type { ConnectorContext } from '../context.ts'
import { ageOf, isPublished, type RunRow, WORKFLOW_RUNS } from '../metadata/runs.ts'
import { compareRuns } from '../run.ts'
import { type Fence, pinnedPlace } from './fence.ts'

/** The newest run of a workflow that the share shows, besides one; undefined where there is none. */
export async function previousRun(
  context: ConnectorContext,
  fence: Fence,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): Promise<{ readonly rows: number; readonly finishedAt: string } | undefined> {
  const { runtime, signal } = context
  const { location, store, pin } = pinnedPlace(context, fence, WORKFLOW_RUNS.name)
  if (pin === undefined) return undefined
  const table = await openTable(location, { store, runtime, version: pin, ...(signal && { signal }) })
  let newest: RunRow | undefined
  for await (const row of table.read({ where: { WORKFLOW_ID: workflowId }, signal })) {
    const run = WORKFLOW_RUNS.parse(row)
    if (!isPublished(run) || run.RUN_ID === runId) continue
    if (newest === undefined || compareRuns(ageOf(run), ageOf(newest)) > 0) newest = run
  }
  return newest && { rows: newest.ROW_COUNT, finishedAt: newest.FINISHED_AT }
}
