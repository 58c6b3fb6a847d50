import { PutObjectCommand } from '@aws-sdk/client-s3'
import { DeltaError } from '../../errors.ts'
import type { PutOptions, PutResult } from '../object-store.ts'
import { retry } from '../retry.ts'
import { abortable, type Bucket } from './bucket.ts'
import { changedNothing, factsOf, isTransient, mayHaveBeenServed, s3Failure } from './failure.ts'

/**
 * Puts an object in one request. A conditional put is sent again only when the store certainly did nothing; when it
 * may have, the answer is `unknown`. A plain overwrite is repeated like a read.
 */
export async function putObject(
  bucket: Bucket,
  key: string,
  body: Uint8Array,
  { mode, signal }: PutOptions,
): Promise<PutResult> {
  const request = new PutObjectCommand({
    Bucket: bucket.name,
    Key: bucket.fullKey(key),
    Body: body,
    ...condition(mode),
  })
  let mayBeThere = false
  const attempt = async (): Promise<PutResult> => {
    try {
      const { ETag: etag } = await bucket.client.send(request, abortable(signal))
      if (etag !== undefined) return { outcome: 'written', etag }
      // Whatever answered, it was not a store that had stored something.
      throw new DeltaError('unavailable', `${bucket.location} answered a put without an ETag`)
    } catch (error) {
      if (mode !== 'overwrite' && conditionFailed(error, mode)) return { outcome: 'precondition-failed' }
      mayBeThere ||= mayHaveBeenServed(error)
      throw error
    }
  }
  try {
    return await retry(attempt, {
      runtime: bucket.runtime,
      policy: bucket.retry,
      signal,
      isTransient: mode === 'overwrite' ? isTransient : changedNothing,
    })
  } catch (cause) {
    if (mayBeThere) return { outcome: 'unknown', cause }
    throw mode === 'overwrite' ? s3Failure(cause, doing(bucket, key)) : conditionalFailure(cause, bucket, key)
  }
}

function condition(mode: PutOptions['mode']): { IfNoneMatch?: string; IfMatch?: string } {
  if (mode === 'overwrite') return {}
  return mode === 'create' ? { IfNoneMatch: '*' } : { IfMatch: mode.ifMatch }
}

function conditionFailed(error: unknown, mode: PutOptions['mode']): boolean {
  const { status, name } = factsOf(error)
  // AWS answers 404 to an If-Match on a key that is not there; some stores say 304 where they mean 412.
  return status === 412 || status === 304 || (typeof mode === 'object' && name === 'NoSuchKey')
}

function conditionalFailure(error: unknown, bucket: Bucket, key: string): DeltaError {
  const { status, name } = factsOf(error)
  if (status !== 501 && name !== 'NotImplemented') return s3Failure(error, doing(bucket, key))
  return new DeltaError(
    'unsupported',
    `${doing(bucket, key)} failed: this store has no conditional writes (If-None-Match, If-Match), without which two writers overwrite each other: use a store that has them`,
    { cause: error, feature: 'conditional writes' },
  )
}

function doing(bucket: Bucket, key: string): string {
  return `writing ${key} at ${bucket.location}`
}
