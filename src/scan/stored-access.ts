import type { RandomAccess } from '../parquet/index.ts'
import type { ObjectStore } from '../store/index.ts'

/** Below this many bytes a whole object costs less than the requests that would read it in parts. */
const WHOLE_OBJECT_BYTES = 8 * 1024 * 1024

/**
 * A stored object as random access. `size` comes from the log, so no HEAD is needed; a small object is fetched once,
 * whole, and a large one by ranges.
 */
export function storedAccess(store: ObjectStore, key: string, size: number): RandomAccess {
  let whole: Promise<Uint8Array<ArrayBuffer>> | undefined
  return {
    size,
    name: `${store.location}/${key}`,
    async read(start, end, signal) {
      if (size > WHOLE_OBJECT_BYTES) return (await store.get(key, { range: { start, end }, signal })).body
      whole ??= store.get(key, { signal }).then((object) => object.body)
      return (await whole).slice(start, end)
    },
  }
}
