import { commitAgain } from './commit-again.ts'
import type { ConnectorContext } from './context.ts'
import type { JournalEntry } from './journal-entry.ts'
import { lineageIn } from './lineage.ts'
import { RUN_RETRACTED } from './promote.ts'
import type { Fence } from './publish/fence.ts'
import { runAppId } from './run.ts'
import { openRunTable } from './run-table.ts'

/**
 * Takes the rows of a run out of the table of its version, in a commit that also says that they must never come back: who
 * has staged them and sleeps finds them taken back when it wakes up. What the share shows stays as it is until the next
 * publication. Done before, it is not done again.
 * @returns how many rows this took out: none of a run that was not committed.
 * @throws {DeltaError} `unavailable` when others are always faster.
 */
export async function takeBackRows(context: ConnectorContext, fence: Fence, entry: JournalEntry): Promise<number> {
  const { runId, schemaVersion, report } = entry
  if (schemaVersion === undefined) return 0
  const { signal } = context
  const txn = { appId: runAppId(context.id, entry), version: RUN_RETRACTED }
  return commitAgain(context, `run ${runId} could not be taken back`, async () => {
    const table = await openRunTable(context, fence, { ...entry, schemaVersion })
    if (table.transactions().get(txn.appId) === RUN_RETRACTED) return 0
    const where = { [lineageIn(table.schema).KADOA_RUN_ID]: runId }
    const { rowsDeleted } = await table.delete({ where, txn, exclusive: true, signal })
    return rowsDeleted ?? report?.rows ?? 0
  })
}
