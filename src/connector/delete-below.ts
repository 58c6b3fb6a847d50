import type { ConnectorContext } from './context.ts'

/** As many keys as one request of S3 deletes. */
const BATCH = 1000

/** What was deleted: how many objects, and their bytes. */
export interface Deleted {
  readonly deleted: number
  readonly bytes: number
}

/** Deletes all objects below a prefix but those that are kept, without holding all of their keys. */
export async function deleteBelow(
  { store, signal }: Pick<ConnectorContext, 'store' | 'signal'>,
  prefix: string,
  kept: readonly string[] = [],
): Promise<Deleted> {
  let deleted = 0
  let bytes = 0
  let keys: string[] = []
  for await (const { key, size } of store.list({ prefix, signal })) {
    if (kept.includes(key)) continue
    deleted++
    bytes += size
    keys.push(key)
    if (keys.length < BATCH) continue
    await store.delete(keys, { signal })
    keys = []
  }
  if (keys.length > 0) await store.delete(keys, { signal })
  return { deleted, bytes }
}
