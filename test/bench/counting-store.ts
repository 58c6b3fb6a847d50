import type { ObjectStore } from '../../src/store/index.ts'

/** Keys that an object store gives a request. */
const PAGE = 1000

/**
 * A store with the requests that it was asked for, by their method; a listing counts one for each page that is read, and a
 * stream one, however many parts it is sent in.
 * @param onRequest told of each before it is made, with the key that it is for.
 */
export function countingStore(
  inner: ObjectStore,
  onRequest: (method: string, key: string) => void = () => {},
): { readonly store: ObjectStore; readonly counted: string[] } {
  const counted: string[] = []
  const note = (name: string, key: string): void => {
    onRequest(name, key)
    counted.push(name)
  }
  const count = <A extends unknown[], R>(name: string, method: (...args: A) => R) => {
    return (...args: A): R => {
      note(name, String(args[0]))
      return method.apply(inner, args)
    }
  }
  const store: ObjectStore = {
    location: inner.location,
    get: count('GET', inner.get),
    head: count('HEAD', inner.head),
    put: count('PUT', inner.put),
    putStream: count('PUT', inner.putStream),
    copy: count('COPY', inner.copy),
    async *list(options) {
      const { prefix = '' } = options ?? {}
      let keys = 0
      note('LIST', prefix)
      for await (const object of inner.list(options)) {
        if (keys > 0 && keys % PAGE === 0) note('LIST', prefix)
        keys++
        yield object
      }
    },
    delete: count('DELETE', inner.delete),
  }
  return { store, counted }
}
