import { commitAgain } from './commit-again.ts'
import type { ConnectorContext } from './context.ts'
import type { JournalEntry } from './journal-entry.ts'
import { type Standing, standingIn } from './promote.ts'
import type { Fence } from './publish/fence.ts'
import { attemptAppId } from './run.ts'
import { openRunTable } from './run-table.ts'

/** The version of the transaction by which an attempt is given up: its rows are not there, and never will be. */
const ATTEMPT_GIVEN_UP = 0

/**
 * Gives an attempt at a run up in the table that its rows were staged for, before another one is staged: who is about to commit
 * it, and sleeps for however long, comes too late. So one attempt at a run can be committed at a time, whatever table
 * the next one is for.
 * @returns what became of the run there: where its rows are in the table, they are those of this attempt, and it is not given up.
 * @throws {DeltaError} `unavailable` when others are always faster; as {@link openRunTable}.
 */
export async function closeAttempt(context: ConnectorContext, fence: Fence, entry: JournalEntry): Promise<Standing> {
  const { workflowId, runId, schemaVersion, attempt } = entry
  if (schemaVersion === undefined) return 'given-up'
  const { id, signal } = context
  const txn = { appId: attemptAppId(id, { workflowId, runId, attempt }), version: ATTEMPT_GIVEN_UP }
  return commitAgain(context, `what was staged of run ${runId} could not be given up`, async () => {
    const table = await openRunTable(context, fence, { ...entry, schemaVersion })
    const standing = standingIn(table, id, entry)
    if (standing !== undefined) return standing
    await table.commit([], { txn, exclusive: true, signal })
    return 'given-up'
  })
}
