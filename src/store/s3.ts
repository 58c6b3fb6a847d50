import { type Runtime, systemRuntime } from '../runtime.ts'
import { checkKey } from './key.ts'
import { formatLocation, parseLocation } from './location.ts'
import type { CredentialLender, ObjectStore, Presigner } from './object-store.ts'
import type { RetryPolicy } from './retry.ts'
import type { S3Settings } from './s3/settings.ts'

export interface S3StoreOptions extends S3Settings {
  readonly bucket: string
  /** What the store's keys are under; without slashes at its ends. */
  readonly prefix?: string
  readonly runtime?: Runtime
  /** How often the calls are repeated that may be: all but a conditional put that may have been served. */
  readonly retry?: RetryPolicy
  /** Milliseconds without a byte after which a connection is given up, 30,000 unless given. */
  readonly idleTimeout?: number
}

/**
 * A store in a bucket of S3 or of a server that speaks its language. `create` and `ifMatch` are the server's own
 * conditions; `probeStore` tells whether it keeps them when writers race. The AWS SDK, which takes a quarter of a
 * second to load, is loaded with the first call.
 * @throws {DeltaError} `invalid-argument` for what cannot be a bucket or a prefix.
 */
export function s3Store(options: S3StoreOptions): ObjectStore & {
  readonly presigner: Presigner
  readonly lender: CredentialLender
} {
  const { bucket, prefix = '', runtime = systemRuntime } = options
  const location = formatLocation(parseLocation(formatLocation({ scheme: 's3', bucket, prefix })))
  const load = async () => {
    const { bucketStore } = await import('./s3/store.ts')
    return bucketStore({ ...options, prefix, runtime })
  }
  let loaded: ReturnType<typeof load> | undefined
  const store = (): ReturnType<typeof load> => {
    loaded ??= load()
    return loaded
  }

  return {
    location,
    get: async (key, getOptions) => (await store()).get(key, getOptions),
    head: async (key, callOptions) => (await store()).head(key, callOptions),
    put: async (key, body, putOptions) => (await store()).put(key, body, putOptions),
    putStream(key, streamOptions) {
      checkKey(key)
      const writer = store().then((opened) => opened.putStream(key, streamOptions))
      // Whoever uses the writer meets the failure; nobody may.
      writer.catch(() => {})
      return {
        write: async (chunk) => (await writer).write(chunk),
        finish: async () => (await writer).finish(),
        abort: async () => (await writer).abort(),
      }
    },
    copy: async (from, to, callOptions) => (await store()).copy(from, to, callOptions),
    async *list(listOptions) {
      yield* (await store()).list(listOptions)
    },
    delete: async (keys, callOptions) => (await store()).delete(keys, callOptions),
    presigner: {
      async presignGet(key, presignOptions) {
        const { presigner } = await store()
        return presigner.presignGet(key, presignOptions)
      },
    },
    lender: {
      async lend(prefix, lendOptions) {
        const { lender } = await store()
        return lender.lend(prefix, lendOptions)
      },
    },
  }
}
