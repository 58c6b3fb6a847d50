import type { ObjectStore } from '../store/index.ts'
import { listWholeLog } from './listing.ts'

/**
 * The first version from which on to a version every commit is there, and so is the beginning that its state is made
 * from: commit 0, or a checkpoint up to it. Nothing where no version is like that.
 */
export async function firstOfWholeRange(
  store: ObjectStore,
  { to, signal }: { readonly to: number; readonly signal?: AbortSignal | undefined },
): Promise<number | undefined> {
  const { commits, checkpoints } = await listWholeLog(store, { signal })
  const listed = new Set(commits.map(({ version }) => version))
  let first = to + 1
  while (listed.has(first - 1)) first--
  const beginnings = checkpoints.map(({ version }) => Math.max(version, first)).filter((version) => version <= to)
  if (listed.has(0) && first === 0) return 0
  return beginnings.length === 0 ? undefined : Math.min(...beginnings)
}
