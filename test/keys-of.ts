import type { ObjectStore } from '../src/store/index.ts'

/** Every key of a store, or those below a prefix, in the order in which it lists them. */
export async function keysOf(store: ObjectStore, prefix = ''): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list({ prefix })) keys.push(key)
  return keys
}
