import type { ObjectStore, StoredObject } from '../store/index.ts'

/** Commits of tables' logs, and checkpoints of every kind with what they name: once one is there, nobody changes it. */
const UNCHANGING = /\/_delta_log\/(?:\d{20}\.(?:json|checkpoint\..+)|_sidecars\/.+)$/
/** Bytes that are kept at most. */
const CAPACITY = 32 * 1024 * 1024

/**
 * A store that is asked for each commit and each checkpoint of a log once: within a publication the same few tables are
 * opened again and again, to be sure of where they stand. For one publication, and gone with it.
 *
 * What a listing tells of another object under the same key is believed: a checkpoint may be written twice.
 */
export function rememberingStore(store: ObjectStore): ObjectStore {
  const known = new Map<string, StoredObject>()
  let held = 0
  const forget = (object: StoredObject): void => {
    held -= object.size
    known.delete(object.key)
  }
  const { location, presigner, lender } = store
  return {
    location,
    async get(key, options) {
      const isUnchanging = options?.range === undefined && UNCHANGING.test(key)
      const remembered = isUnchanging ? known.get(key) : undefined
      if (remembered !== undefined) return remembered
      const object = await store.get(key, options)
      const isWhole = object.body.byteLength === object.size
      if (isUnchanging && isWhole && !known.has(key) && held + object.size <= CAPACITY) {
        held += object.size
        known.set(key, object)
      }
      return object
    },
    async *list(options) {
      for await (const meta of store.list(options)) {
        const remembered = known.get(meta.key)
        if (remembered !== undefined && remembered.etag !== meta.etag) forget(remembered)
        yield meta
      }
    },
    head: (key, options) => store.head(key, options),
    put: (key, body, options) => store.put(key, body, options),
    putStream: (key, options) => store.putStream(key, options),
    copy: (from, to, options) => store.copy(from, to, options),
    delete: (keys, options) => store.delete(keys, options),
    ...(presigner && { presigner }),
    ...(lender && { lender }),
  }
}
