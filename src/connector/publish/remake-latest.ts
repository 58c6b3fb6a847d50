import { DeltaError } from '../../errors.ts'
import type { ConnectorContext } from '../context.ts'
import { latestModeOf, writeLatest } from '../latest.ts'
import type { WorkflowMetadata } from '../metadata/workflow-metadata.ts'
import { openShownTables } from '../shown-tables.ts'
import { formatLatestTable, formatVersionTable } from '../table-name.ts'
import { findTableAt } from '../version-table.ts'
import { type Fence, latestTables, pinnedPlace } from './fence.ts'
import type { ShownWorkflow } from './show-workflow.ts'

/** The latest tables in the share that were written by another `latestMode` than the configuration has, by name. */
export async function latestOfOtherModes(context: ConnectorContext, fence: Fence): Promise<ReadonlySet<string>> {
  const { share, record } = fence
  const shown = await openShownTables(context, { record, share: { ...share, tables: latestTables(fence) } })
  const others = shown.filter(({ table }) => table !== undefined && latestModeOf(table) !== record.config.latestMode)
  return new Set(others.map(({ entry }) => entry.name))
}

/**
 * Prepares the latest table of a workflow anew, by the mode that the configuration has now, from the runs that are shown.
 * @throws {DeltaError} `conflict` when another publisher wrote it meanwhile; `invalid-data` where the runs are not shown.
 */
export async function remakeLatest(
  context: ConnectorContext,
  fence: Fence,
  known: WorkflowMetadata,
): Promise<ShownWorkflow> {
  const { workflow } = known
  if (workflow === undefined || workflow.LATEST_SCHEMA_VERSION === null) {
    return { tables: [], metadata: known, expected: [] }
  }
  const {
    WORKFLOW_ID: id,
    LATEST_RUN_ID: runId,
    LATEST_RUN_FINISHED_AT: finishedAt,
    LATEST_SCHEMA_VERSION: version,
  } = workflow
  const newest = runId === null || finishedAt === null ? undefined : { runId, finishedAt }
  const source = pinnedPlace(context, fence, formatVersionTable(id, version))
  const table = source.pin === undefined ? undefined : await findTableAt(context, source, { version: source.pin })
  if (table === undefined) {
    throw new DeltaError(
      'invalid-data',
      `${formatLatestTable(id)} cannot be written anew: ${source.name} is not shared; reconcile the connector`,
      { blame: 'kadoa' },
    )
  }
  const { schema, config } = fence.record
  const place = pinnedPlace(context, fence, formatLatestTable(id))
  const { name } = place
  const written = await writeLatest(context, place, { workflowId: id, table, newest, mode: config.latestMode })
  return {
    tables: [{ schema, name, location: written.location, version: written.tableVersion, history: false }],
    metadata: { ...known, workflow: { ...workflow, LATEST_ROW_COUNT: written.rows } },
    expected: [{ table: name, runs: [], rows: written.rows }],
  }
}
