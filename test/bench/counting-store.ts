import type { ObjectStore } from '../../src/store/index.ts'

/** Keys that an object store gives a request. */
const PAGE = 1000

/** A store with the requests that it was asked for, by their method; a listing counts one for each page that is read. */
export function countingStore(inner: ObjectStore): { readonly store: ObjectStore; readonly counted: string[] } {
  const counted: string[] = []
  const count = <A extends unknown[], R>(name: string, method: (...args: A) => R) => {
    return (...args: A): R => {
      counted.push(name)
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
      let keys = 0
      counted.push('LIST')
      for await (const object of inner.list(options)) {
        if (keys > 0 && keys % PAGE === 0) counted.push('LIST')
        keys++
        yield object
      }
    },
    delete: count('DELETE', inner.delete),
  }
  return { store, counted }
}
