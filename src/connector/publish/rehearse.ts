import { DeltaError } from '../../errors.ts'
import { findTable } from '../../manifest/index.ts'
import { shownMetadata } from '../all-told.ts'
import { columnLayout } from '../column-layout.ts'
import type { ConnectorContext } from '../context.ts'
import { instantNow } from '../iso-time.ts'
import type { JournalEntry } from '../journal-entry.ts'
import { checkMetadata } from '../metadata/check-metadata.ts'
import type { RunFacts } from '../metadata/facts.ts'
import { openMetadata } from '../metadata/metadata.ts'
import { publishRuns } from '../metadata/publish-runs.ts'
import { holdsRuns } from '../metadata/schema-versions.ts'
import { NO_METADATA, type WorkflowMetadata } from '../metadata/workflow-metadata.ts'
import { formatLatestTable, formatVersionTable } from '../table-name.ts'
import { type Fence, pinnedPlace, whyHidden } from './fence.ts'
import { gatherGroup } from './group.ts'
import { checkHindrances } from './hindrance.ts'
import { factsOf } from './show-workflow.ts'

/**
 * Holds a staged run to all that its publication will, on planes where its commit is seen at once: there nothing may be found
 * against it later. Elsewhere that is left to the publication, which comes before anybody sees it.
 * @throws {DeltaError} what the publication would throw, before anything of the run is in a table.
 */
export async function rehearse(context: ConnectorContext, fence: Fence, entry: JournalEntry): Promise<void> {
  if (context.plane.promises.pinned) return
  await gatherGroup(context, fence, entry)
  const { workflowId, run } = entry
  const metadata = openMetadata(shownMetadata(context, fence))
  const known = (await metadata.load([workflowId], { since: run.finishedAt })).get(workflowId) ?? NO_METADATA
  await checkShown(context, fence, entry, known)
  checkMetadata(publishRuns(known, [factsOfStaged(context, fence, entry)]))
  await checkHindrances(context, fence, [entry])
}

/** Tables that recipients are told of must be theirs to read, and be the connector's own. */
async function checkShown(
  context: ConnectorContext,
  fence: Fence,
  { workflowId, schemaVersion }: JournalEntry,
  { workflow, versions }: WorkflowMetadata,
): Promise<void> {
  const { share, record } = fence
  const isShown = workflow !== undefined && workflow.LATEST_TABLE !== null
  const isVersionShown = versions.some((row) => row.SCHEMA_VERSION === schemaVersion && holdsRuns(row))
  const expected = [
    ...(isShown ? [formatLatestTable(workflowId)] : []),
    ...(isShown && isVersionShown && schemaVersion !== undefined
      ? [formatVersionTable(workflowId, schemaVersion)]
      : []),
  ]
  for (const name of expected) {
    pinnedPlace(context, fence, name)
    if (findTable(share, { schema: record.schema, name }) !== undefined) continue
    const { why, blame } = await whyHidden(context, fence, [name])
    throw new DeltaError(
      'invalid-data',
      `workflow ${workflowId} cannot be published: recipients of share ${share.name} do not see ${name} any more: ${why}`,
      { blame },
    )
  }
}

/** As if it were committed already, and the newest. */
function factsOfStaged(context: ConnectorContext, { record }: Fence, entry: JournalEntry): RunFacts {
  const { schema, report, schemaVersion = 1 } = entry
  const rows = report?.rows ?? 0
  const run = { entry, rows, layout: columnLayout(schema, record.config), tableVersion: 0 }
  return factsOf({ schemaVersion }, run, { tableVersion: 0, rows }, instantNow(context.runtime))
}
