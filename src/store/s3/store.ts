import { CopyObjectCommand, DeleteObjectCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3'
import { DeltaError } from '../../errors.ts'
import type { CredentialLender, ObjectStore, Presigner } from '../object-store.ts'
import { type Bucket, type BucketOptions, openBucket } from './bucket.ts'
import { s3Lender } from './lender.ts'
import { listObjects } from './list.ts'
import { s3Presigner } from './presigner.ts'
import { putObject } from './put.ts'
import { getObject, headObject } from './read.ts'
import { s3Writer } from './writer.ts'

/** The most keys of one DeleteObjects request. */
const DELETE_BATCH = 1000

/** What a store in a bucket can do that others cannot. */
export interface S3Powers {
  readonly presigner: Presigner
  readonly lender: CredentialLender
}

/** The store over a bucket; `s3Store` loads it, and with it the SDK, when it is first used. */
export function bucketStore(options: BucketOptions): ObjectStore & S3Powers {
  const bucket = openBucket(options)
  return {
    location: bucket.location,
    get: async (key, getOptions = {}) => getObject(bucket, key, getOptions),
    head: async (key, { signal } = {}) => headObject(bucket, key, signal),
    put: async (key, body, putOptions) => putObject(bucket, key, body, putOptions),
    putStream: (key, streamOptions = {}) => s3Writer(bucket, key, streamOptions),
    copy: async (from, to, { signal } = {}) => copyObject(bucket, from, to, signal),
    list: (listOptions = {}) => listObjects(bucket, listOptions),
    async delete(keys, { signal } = {}) {
      const fullKeys = keys.map((key) => bucket.fullKey(key))
      for (let i = 0; i < fullKeys.length; i += DELETE_BATCH) {
        await deleteBatch(bucket, fullKeys.slice(i, i + DELETE_BATCH), signal)
      }
    },
    presigner: s3Presigner(bucket, options.endpoint),
    lender: s3Lender(bucket, options.tokenEndpoint ?? options.endpoint),
  }
}

async function copyObject(bucket: Bucket, from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  const source = `${bucket.name}/${bucket.fullKey(from)}`
  const request = new CopyObjectCommand({
    Bucket: bucket.name,
    Key: bucket.fullKey(to),
    CopySource: source.split('/').map(encodeURIComponent).join('/'),
  })
  await bucket.call(`copying ${from} to ${to}`, signal, (options) => bucket.client.send(request, options))
}

async function deleteBatch(
  bucket: Bucket,
  fullKeys: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const [only] = fullKeys
  if (fullKeys.length === 1 && only !== undefined) {
    const request = new DeleteObjectCommand({ Bucket: bucket.name, Key: only })
    await bucket.call(`deleting ${only}`, signal, (options) => bucket.client.send(request, options))
    return
  }
  let left = fullKeys
  await bucket.call(`deleting ${fullKeys.length} objects`, signal, async (options) => {
    const request = new DeleteObjectsCommand({
      Bucket: bucket.name,
      Delete: { Objects: left.map((Key) => ({ Key })), Quiet: true },
    })
    const { Errors: errors = [] } = await bucket.client.send(request, options)
    const [first] = errors
    if (first === undefined) return
    left = errors.flatMap(({ Key: key }) => (key === undefined ? [] : [key]))
    throw new DeltaError(
      first.Code === 'AccessDenied' ? 'permission-denied' : 'unavailable',
      `${errors.length} objects at ${bucket.location} could not be deleted, first ${first.Key}: ${first.Code} ${first.Message}`,
    )
  })
}
