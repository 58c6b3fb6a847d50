import { type CommitOutcome, type CommitRequest, commit, type Snapshot } from '../log/index.ts'
import { settledVersion } from './outcome.ts'
import type { TableContext } from './settings.ts'

/** Commits, and starts what a commit leaves to be done once the caller has its answer. @throws {DeltaError} as `log.commit`. */
export async function commitTo(
  { store, runtime, keeper }: TableContext,
  request: CommitRequest,
  signal: AbortSignal | undefined,
): Promise<CommitOutcome> {
  const outcome = await commit(store, request, { runtime, signal })
  if (outcome.outcome === 'committed') keeper.committed(outcome.snapshot)
  return outcome
}

/** What a commit to a table that is there ended in, and the table as it stands after it. @throws {DeltaError} as {@link settledVersion}. */
export async function commitAfter(
  context: TableContext,
  request: CommitRequest & { readonly snapshot: Snapshot },
  signal: AbortSignal | undefined,
): Promise<{ readonly version: number; readonly skipped: boolean; readonly snapshot: Snapshot }> {
  const outcome = await commitTo(context, request, signal)
  const settled = settledVersion(outcome, context.store.location)
  return { ...settled, snapshot: 'snapshot' in outcome ? outcome.snapshot : request.snapshot }
}
