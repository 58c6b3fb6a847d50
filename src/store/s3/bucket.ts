import { S3Client } from '@aws-sdk/client-s3'
import { throwIfAborted } from '../../errors.ts'
import type { Runtime } from '../../runtime.ts'
import { checkKey } from '../key.ts'
import { formatLocation } from '../location.ts'
import { type RetryPolicy, retry } from '../retry.ts'
import { isTransient, s3Failure } from './failure.ts'
import { type ListingMemory, listingMemory } from './listing-memory.ts'
import type { S3Settings } from './settings.ts'

const CONNECTION_TIMEOUT = 5_000
/** A socket on which nothing moves for this long is given up, be it before the answer or in the middle of a body. */
const IDLE_TIMEOUT = 30_000

export interface BucketOptions extends S3Settings {
  readonly bucket: string
  readonly prefix: string
  readonly runtime: Runtime
  readonly retry?: RetryPolicy | undefined
  /** Milliseconds without a byte after which a connection is given up. */
  readonly idleTimeout?: number | undefined
}

/** A prefix of a bucket and how to call it: what every operation of the store is made of. */
export interface Bucket {
  readonly client: S3Client
  /** The bucket's name. */
  readonly name: string
  readonly location: string
  readonly runtime: Runtime
  readonly retry: RetryPolicy | undefined
  /** The key in the bucket of a key of the store. @throws {DeltaError} `invalid-argument` */
  fullKey(key: string): string
  readonly listings: ListingMemory
  /** What precedes every key of the store in the bucket: empty, or ending in a slash. */
  readonly root: string
  /**
   * Makes a call that may be repeated without harm, and repeats it while its failure may pass.
   * @throws {DeltaError} saying what `doing` failed at.
   */
  call<T>(
    doing: string,
    signal: AbortSignal | undefined,
    request: (options: { abortSignal?: AbortSignal }) => Promise<T>,
  ): Promise<T>
}

export function openBucket(options: BucketOptions): Bucket {
  const { bucket: name, prefix, runtime, retry: policy } = options
  const location = formatLocation({ scheme: 's3', bucket: name, prefix })
  const root = prefix === '' ? '' : `${prefix}/`
  return {
    client: s3Client(options),
    name,
    location,
    runtime,
    retry: policy,
    listings: listingMemory(runtime),
    root,
    fullKey(key) {
      checkKey(key)
      if (root !== '') checkKey(root + key)
      return root + key
    },
    async call(doing, signal, request) {
      try {
        return await retry(() => request(abortable(signal)), { runtime, signal, policy, isTransient })
      } catch (error) {
        // A body that is read when the signal fires breaks off with a network error.
        throwIfAborted(signal)
        throw s3Failure(error, `${doing} at ${location}`)
      }
    },
  }
}

/**
 * The SDK's form of our `signal`: one of the request's own, for the SDK listens to it, and Node warns of a signal to which
 * more than ten listen, as those do that run side by side.
 */
export function abortable(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: AbortSignal.any([signal]) }
}

function s3Client(options: BucketOptions): S3Client {
  const { endpoint, region, credentials, forcePathStyle = endpoint !== undefined, idleTimeout = IDLE_TIMEOUT } = options
  return new S3Client({
    ...(endpoint !== undefined && {
      endpoint,
      // Many servers that speak S3 choke on checksum trailers, or store them as data; the signature covers the body.
      requestChecksumCalculation: 'WHEN_REQUIRED' as const,
      responseChecksumValidation: 'WHEN_REQUIRED' as const,
    }),
    ...(region !== undefined && { region }),
    ...(credentials !== undefined && { credentials }),
    forcePathStyle,
    // We repeat calls ourselves: the SDK would repeat a conditional put whose answer was lost, and call its success a 412.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT, socketTimeout: idleTimeout },
  })
}
