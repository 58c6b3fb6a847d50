import { checkKey, checkListPrefix } from './key.ts'
import { joined } from './location.ts'
import type { ObjectMeta, ObjectStore } from './object-store.ts'

/**
 * The part of `store` under `prefix`, as a store of its own: every promise holds, and no key leads out of it. An empty
 * prefix gives `store` itself.
 * @throws {DeltaError} `invalid-argument` for a prefix that is no key.
 */
export function prefixStore(store: ObjectStore, prefix: string): ObjectStore {
  if (prefix === '') return store
  checkKey(prefix)
  const root = `${prefix}/`
  const inside = (key: string): string => {
    checkKey(key)
    return root + key
  }
  const outside = <T extends ObjectMeta>(object: T): T => ({ ...object, key: object.key.slice(root.length) })
  const { presigner, lender } = store

  return {
    location: joined(store.location, prefix),
    get: async (key, options) => outside(await store.get(inside(key), options)),
    head: async (key, options) => outside(await store.head(inside(key), options)),
    put: async (key, body, options) => store.put(inside(key), body, options),
    putStream: (key, options) => store.putStream(inside(key), options),
    copy: async (from, to, options) => store.copy(inside(from), inside(to), options),
    async *list({ prefix: within = '', startAfter, ...options } = {}) {
      checkListPrefix(within)
      const after = startAfter === undefined ? undefined : root + startAfter
      for await (const object of store.list({ ...options, prefix: root + within, startAfter: after })) {
        yield outside(object)
      }
    },
    delete: async (keys, options) => store.delete(keys.map(inside), options),
    ...(presigner && {
      presigner: { presignGet: async (key, options) => presigner.presignGet(inside(key), options) },
    }),
    ...(lender && {
      lender: { lend: async (within, options) => lender.lend(within === '' ? prefix : inside(within), options) },
    }),
  }
}
