import type { ObjectStore, StoredObject } from '../store/index.ts'

/** Commits of tables' logs: once one is there, nobody changes it. */
const COMMIT = /\/_delta_log\/\d{20}\.json$/
/** Bytes that are kept at most. */
const CAPACITY = 16 * 1024 * 1024

/**
 * A store that is asked for each commit of a log once: within a publication the same few tables are opened again and again,
 * to be sure of where they stand. For one publication, and gone with it.
 */
export function rememberingStore(store: ObjectStore): ObjectStore {
  const known = new Map<string, StoredObject>()
  let held = 0
  const { location, presigner, lender } = store
  return {
    location,
    async get(key, options) {
      const isCommit = options?.range === undefined && COMMIT.test(key)
      const remembered = isCommit ? known.get(key) : undefined
      if (remembered !== undefined) return remembered
      const object = await store.get(key, options)
      if (isCommit && held + object.size <= CAPACITY) {
        held += object.size
        known.set(key, object)
      }
      return object
    },
    head: (key, options) => store.head(key, options),
    put: (key, body, options) => store.put(key, body, options),
    putStream: (key, options) => store.putStream(key, options),
    copy: (from, to, options) => store.copy(from, to, options),
    list: (options) => store.list(options),
    delete: (keys, options) => store.delete(keys, options),
    ...(presigner && { presigner }),
    ...(lender && { lender }),
  }
}
