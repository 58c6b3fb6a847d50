import type { ObjectStore } from '../../src/store/index.ts'

/** A store that writes down every request it passes on, as `method key`. */
export function recordingStore(inner: ObjectStore): { readonly store: ObjectStore; readonly requests: string[] } {
  const requests: string[] = []
  const note = (method: string, key: string): void => void requests.push(`${method} ${key}`)
  const store: ObjectStore = {
    location: inner.location,
    get(key, options) {
      note('get', key)
      return inner.get(key, options)
    },
    head(key, options) {
      note('head', key)
      return inner.head(key, options)
    },
    put(key, body, options) {
      note('put', key)
      return inner.put(key, body, options)
    },
    putStream(key, options) {
      note('putStream', key)
      return inner.putStream(key, options)
    },
    copy(from, to, options) {
      note('copy', to)
      return inner.copy(from, to, options)
    },
    list(options) {
      note('list', options?.prefix ?? '')
      return inner.list(options)
    },
    delete(keys, options) {
      for (const key of keys) note('delete', key)
      return inner.delete(keys, options)
    },
  }
  return { store, requests }
}

/** Without what follows a commit once its caller has the answer: simulated time lets both run in one go. */
export function withoutHousekeeping(requests: readonly string[]): string[] {
  return requests.filter((request) => !/\.crc$/.test(request))
}
