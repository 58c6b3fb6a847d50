import { DeltaError, isDeltaError } from '../errors.ts'
import type { ObjectStore } from '../store/index.ts'
import { wireError } from '../wire/index.ts'

/**
 * A store whose refusals are the server's fault. Were its "access denied" or "invalid key" to travel on, the client
 * would take them for its own, and read places that are none of its business; so they become `internal`, with the
 * original as `cause` for the record. That an object is not there remains an answer.
 */
export function guardedStore(store: ObjectStore): ObjectStore {
  const { presigner, lender } = store
  return {
    location: store.location,
    get: (key, options) => guarded(store.get(key, options)),
    head: (key, options) => guarded(store.head(key, options)),
    put: (key, body, options) => guarded(store.put(key, body, options)),
    putStream: (key, options) => store.putStream(key, options),
    copy: (from, to, options) => guarded(store.copy(from, to, options)),
    async *list(options) {
      try {
        yield* store.list(options)
      } catch (error) {
        throw storageError(error)
      }
    },
    delete: (keys, options) => guarded(store.delete(keys, options)),
    ...(presigner && { presigner: { presignGet: (key, options) => guarded(presigner.presignGet(key, options)) } }),
    ...(lender && { lender: { lend: (prefix, options) => guarded(lender.lend(prefix, options)) } }),
  }
}

/** What went wrong in or on the way to a store, as the server may tell it. */
export function storageError(cause: unknown): unknown {
  if (!isDeltaError(cause) || cause.code === 'not-found' || wireError(cause.code).status >= 500) return cause
  return new DeltaError('internal', 'the storage behind the server did not answer as expected', { cause })
}

async function guarded<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw storageError(error)
  }
}
