import { type CommitOutcome, type CommitRequest, commit } from '../log/index.ts'
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
