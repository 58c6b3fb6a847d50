import { DeltaError } from '../../errors.ts'
import type { ConnectorContext } from '../context.ts'
import { findEntry } from '../journal.ts'
import type { JournalEntry } from '../journal-entry.ts'
import { lineageIn } from '../lineage.ts'
import { runAppId } from '../run.ts'
import { openRunTable } from '../run-table.ts'
import { formatVersionTable } from '../table-name.ts'
import { eraseEpochOf, openTableAt } from '../version-table.ts'
import { type Fence, pinnedPlace } from './fence.ts'

/**
 * What stands against a staged run whose table has rows of it already that no recipient sees, and others than these: those of a
 * delivery whose journal somebody deleted. Undefined where there are as many, where rows were erased since, and where the journal
 * tells of another attempt, which leads on.
 */
export async function otherRowsOf(
  context: ConnectorContext,
  fence: Fence,
  { workflowId, runId, attempt, schema, schemaVersion = 1, eraseEpoch, report }: JournalEntry,
): Promise<DeltaError | undefined> {
  const { store, id, signal } = context
  const now = await findEntry(store, id, { workflowId, runId }, context)
  if (now?.attempt !== attempt) return undefined
  const name = formatVersionTable(workflowId, schemaVersion)
  const table = await openRunTable(context, fence, { workflowId, schema, schemaVersion })
  if (report === undefined || eraseEpoch < eraseEpochOf(table)) return undefined
  const place = pinnedPlace(context, fence, name)
  const shown = place.pin === undefined ? undefined : await openTableAt(context, place, { version: place.pin })
  if (shown?.transactions().has(runAppId(id, { workflowId, runId }))) return undefined
  const { KADOA_RUN_ID: column } = lineageIn(table.schema)
  let rows = 0
  for await (const _ of table.read({ columns: [column], where: { [column]: runId }, signal })) rows++
  if (rows === report.rows) return undefined
  return new DeltaError(
    'invalid-data',
    `run ${runId} of workflow ${workflowId} cannot be published: ${name} has ${rows} rows of it, of a delivery whose journal is lost, and this one has ${report.rows}; deliver the rows that it had, or retract the run and deliver these under another run id`,
    { blame: 'kadoa' },
  )
}
