import type { ConnectorContext } from './context.ts'
import { type MetadataSettings, PinnedTable } from './metadata/pinned-table.ts'
import { type RunRow, WORKFLOW_RUNS } from './metadata/runs.ts'
import { type SchemaFieldRow, WORKFLOW_SCHEMA_FIELDS } from './metadata/schema-fields.ts'
import { type SchemaVersionRow, WORKFLOW_SCHEMA_VERSIONS } from './metadata/schema-versions.ts'
import { WORKFLOWS, type WorkflowRow } from './metadata/workflows.ts'
import { type Fence, pinnedPlace } from './publish/fence.ts'

/** What the metadata tables tell. */
export interface AllTold {
  readonly workflows: readonly WorkflowRow[]
  readonly versions: readonly SchemaVersionRow[]
  readonly fields: readonly SchemaFieldRow[]
  readonly runs: readonly RunRow[]
}

/** All rows of the tables that tell of workflows, as the share shows them. @throws {DeltaError} as {@link pinnedPlace}. */
export async function loadAllTold(context: ConnectorContext, fence: Fence): Promise<AllTold> {
  const settings = shownMetadata(context, fence)
  const [workflows, versions, fields, runs] = await Promise.all([
    new PinnedTable(WORKFLOWS, settings).rows(),
    new PinnedTable(WORKFLOW_SCHEMA_VERSIONS, settings).rows(),
    new PinnedTable(WORKFLOW_SCHEMA_FIELDS, settings).rows(),
    new PinnedTable(WORKFLOW_RUNS, settings).rows(),
  ])
  return { workflows, versions, fields, runs }
}

/** The metadata tables at the versions that the share shows. */
export function shownMetadata(context: ConnectorContext, fence: Fence): MetadataSettings {
  const { plane, runtime, warn, signal } = context
  const { pinned: isPinned } = plane.promises
  return { place: (name) => pinnedPlace(context, fence, name), isPinned, runtime, warn, signal }
}
