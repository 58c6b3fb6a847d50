import { factsOf, faultsOf } from '../agreement.ts'
import type { ConnectorContext } from '../context.ts'
import { PinnedTable } from '../metadata/pinned-table.ts'
import { WORKFLOW_RUNS } from '../metadata/runs.ts'
import { WORKFLOW_SCHEMA_FIELDS } from '../metadata/schema-fields.ts'
import { WORKFLOW_SCHEMA_VERSIONS } from '../metadata/schema-versions.ts'
import { WORKFLOWS } from '../metadata/workflows.ts'
import { type Fence, pinnedPlace } from '../publish/fence.ts'
import { openShownTables } from '../shown-tables.ts'
import type { Found } from './drift.ts'

/** Where the metadata tables tell different things, or other ones than the tables that they tell of. */
export async function findDisagreements(context: ConnectorContext, fence: Fence): Promise<Found[]> {
  const { runtime, warn, signal } = context
  const settings = { place: (name: string) => pinnedPlace(context, fence, name), runtime, warn, signal }
  const [shown, runs, workflows, versions, fields] = await Promise.all([
    openShownTables(context, fence),
    new PinnedTable(WORKFLOW_RUNS, settings).rows(),
    new PinnedTable(WORKFLOWS, settings).rows(),
    new PinnedTable(WORKFLOW_SCHEMA_VERSIONS, settings).rows(),
    new PinnedTable(WORKFLOW_SCHEMA_FIELDS, settings).rows(),
  ])
  const faults = faultsOf({ runs, workflows, versions, fields }, factsOf(context.id, shown))
  return faults.map((message) => ({
    drift: 'metadata',
    message,
    blame: 'kadoa',
    remedy:
      'take the table that is wrong out of the share, then reconcile: it comes back at its newest version that agrees',
  }))
}
