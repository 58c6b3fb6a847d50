import { DeltaError } from '../../errors.ts'
import type { RandomAccess } from '../../parquet/index.ts'
import type { GetOptions, ObjectStore, StoredObject } from '../../store/index.ts'

/** Below this many bytes a file costs less whole than the requests that would read it in parts. */
const WHOLE_BYTES = 16 * 1024 * 1024
/** How often a body that came short is fetched. */
const ATTEMPTS = 3

/** An object of the log that does not change while it is read. */
export interface LogObject {
  readonly key: string
  readonly size: number
  /** What it must have, where that is known. */
  readonly etag?: string
}

/** An object of the log as random access: a small one is fetched once, whole, and a large one by ranges. */
export function logAccess(store: ObjectStore, object: LogObject): RandomAccess {
  const { key, size } = object
  let { etag } = object
  let whole: Promise<Uint8Array<ArrayBuffer>> | undefined
  const read = async (options: GetOptions, length: number): Promise<Uint8Array<ArrayBuffer>> => {
    const stored = await getExactly(store, key, options, length)
    etag ??= stored.etag
    // The parts of two files would make a third that nobody wrote.
    if (stored.size !== size || stored.etag !== etag) throw changed(key)
    return stored.body
  }
  return {
    size,
    name: key,
    async read(start, end, signal) {
      if (size > WHOLE_BYTES) return await read({ range: { start, end }, signal }, end - start)
      whole ??= read({ signal }, size)
      return (await whole).subarray(start, end)
    },
  }
}

async function getExactly(store: ObjectStore, key: string, options: GetOptions, length: number): Promise<StoredObject> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const object = await store.get(key, options)
    const expected = options.range === undefined ? object.size : Math.min(length, object.size)
    if (object.body.byteLength === expected) return object
  }
  throw new DeltaError('unavailable', `${key} came shorter than its size ${ATTEMPTS} times in a row: try again later`)
}

function changed(file: string): DeltaError {
  const message = `${file} is not the file that was announced: its size or its ETag is another`
  return new DeltaError('invalid-data', message, { file })
}
