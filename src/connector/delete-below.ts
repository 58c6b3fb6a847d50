import type { ConnectorContext } from './context.ts'

/** As many keys as one request of S3 deletes. */
const BATCH = 1000

/** Deletes all objects below a prefix but those that are kept, without holding all of their keys. */
export async function deleteBelow(
  { store, signal }: Pick<ConnectorContext, 'store' | 'signal'>,
  prefix: string,
  kept: readonly string[] = [],
): Promise<void> {
  let keys: string[] = []
  for await (const { key } of store.list({ prefix, signal })) {
    if (!kept.includes(key)) keys.push(key)
    if (keys.length < BATCH) continue
    await store.delete(keys, { signal })
    keys = []
  }
  if (keys.length > 0) await store.delete(keys, { signal })
}
