import type { ObjectStore } from '../store/index.ts'

/** Keys a deletion. */
const BATCH = 1000

/** Deletes objects some at a time, so that a run that is cut off has deleted the first of them. */
export async function deleteInOrder(
  store: ObjectStore,
  keys: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let start = 0; start < keys.length; start += BATCH) {
    await store.delete(keys.slice(start, start + BATCH), { signal })
  }
}
