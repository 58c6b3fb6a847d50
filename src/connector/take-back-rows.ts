import { columnLayout } from './column-layout.ts'
import { commitAgain } from './commit-again.ts'
import type { ConnectorContext } from './context.ts'
import type { JournalEntry } from './journal-entry.ts'
import { RUN_RETRACTED } from './promote.ts'
import { type Fence, pinnedPlace } from './publish/fence.ts'
import { runAppId } from './run.ts'
import { formatVersionTable } from './table-name.ts'
import { openOrCreateVersionTable } from './version-table.ts'

/**
 * Takes the rows of a run out of the table of its version, in a commit that also says that they must never come back: who
 * has staged them and sleeps finds them taken back when it wakes up. What the share shows stays as it is until the next
 * publication. Done before, it is not done again.
 * @returns how many rows this took out: none of a run that was not committed.
 * @throws {DeltaError} `unavailable` when others are always faster.
 */
export async function takeBackRows(context: ConnectorContext, fence: Fence, entry: JournalEntry): Promise<number> {
  const { workflowId, runId, schemaVersion, report } = entry
  if (schemaVersion === undefined) return 0
  const { signal } = context
  const { schema, config, eraseEpoch } = fence.record
  const { pin } = pinnedPlace(context, fence, formatVersionTable(workflowId, schemaVersion))
  const layout = columnLayout(entry.schema, config)
  const txn = { appId: runAppId(context.id, entry), version: RUN_RETRACTED }
  return commitAgain(context, `run ${runId} could not be taken back`, async () => {
    const table = await openOrCreateVersionTable(
      context,
      { schema, workflowId, schemaVersion },
      { layout, eraseEpoch, pin },
    )
    if (table.transactions().get(txn.appId) === RUN_RETRACTED) return 0
    const { rowsDeleted } = await table.delete({
      where: { [layout.lineage.KADOA_RUN_ID]: runId },
      txn,
      exclusive: true,
      signal,
    })
    return rowsDeleted ?? report?.rows ?? 0
  })
}
