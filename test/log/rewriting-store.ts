import type { ObjectStore } from '../../src/store/index.ts'

/** A store in which every text of JSON reads otherwise than it is: to switch off what the code under test relies on. */
export function rewritingStore(store: ObjectStore, rewrite: (text: string) => string): ObjectStore {
  return {
    ...store,
    async get(key, options) {
      const object = await store.get(key, options)
      if (!key.endsWith('.json')) return object
      const body = new TextEncoder().encode(rewrite(new TextDecoder().decode(object.body)))
      return { ...object, body, size: body.byteLength }
    },
  }
}

/** Nobody knows a commit of its own again. */
export function withoutIds(store: ObjectStore): ObjectStore {
  return rewritingStore(store, (text) => text.replaceAll(/"txnId":"[^"]*"/g, '"txnId":"hidden"'))
}
