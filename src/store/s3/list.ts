import { type _Object, ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { DeltaError, throwIfAborted } from '../../errors.ts'
import { checkListPrefix, compareKeys, isKey } from '../key.ts'
import type { ListOptions, ObjectMeta } from '../object-store.ts'
import type { Bucket } from './bucket.ts'
import { type Overheard, overhear } from './listing-memory.ts'

/** Lists page by page; the next page is asked for when the one before is used up. */
export async function* listObjects(bucket: Bucket, options: ListOptions): AsyncGenerator<ObjectMeta> {
  const { prefix = '', startAfter, delimiter, signal } = options
  checkListPrefix(prefix)
  // Who may leave early asks once.
  const key = signal === undefined ? JSON.stringify([prefix, startAfter, delimiter]) : undefined
  const unchanged = key === undefined ? undefined : await bucket.listings.unchanged(key)
  if (unchanged !== undefined) return yield* unchanged
  const signedAt = bucket.runtime.now()
  const objects: ObjectMeta[] = []
  let pages = 0
  let heard: Overheard = {}
  let last: string | undefined
  let token: string | undefined
  do {
    throwIfAborted(signal)
    const request = new ListObjectsV2Command({
      Bucket: bucket.name,
      Prefix: bucket.root + prefix,
      StartAfter: startAfter === undefined ? undefined : bucket.root + startAfter,
      Delimiter: delimiter,
      ContinuationToken: token,
      // XML cannot carry every key as it is.
      EncodingType: 'url',
    })
    if (key !== undefined && pages++ === 0) heard = overhear(request)
    const page = await bucket.call(`listing "${prefix}"`, signal, (sdkOptions) =>
      bucket.client.send(request, sdkOptions),
    )
    for (const object of page.Contents ?? []) {
      const meta = metaOf(bucket, object, page)
      // Other programs leave markers like "folder/", which are no keys.
      if (!isKey(meta.key)) continue
      checkOrder(bucket, last, meta.key)
      last = meta.key
      if (pages === 1) objects.push(meta)
      yield meta
    }
    token = nextToken(bucket, page)
  } while (token !== undefined)
  const { text, again } = heard
  if (key !== undefined && pages === 1 && text !== undefined && again) {
    bucket.listings.keep(key, { objects, text, again, signedAt })
  }
}

function metaOf(bucket: Bucket, object: _Object, page: ListObjectsV2CommandOutput): ObjectMeta {
  const { Key: key, Size: size, ETag: etag, LastModified: lastModified } = object
  if (key === undefined || size === undefined || etag === undefined || lastModified === undefined) {
    throw new DeltaError('unavailable', `${bucket.location} listed an object without key, size, ETag or time`)
  }
  const fullKey = page.EncodingType === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key
  return { key: fullKey.slice(bucket.root.length), size, etag, lastModified: lastModified.getTime() }
}

function checkOrder(bucket: Bucket, last: string | undefined, key: string): void {
  if (last === undefined || compareKeys(last, key) < 0) return
  throw new DeltaError(
    'unsupported',
    `${bucket.location} lists out of order: ${key} came after ${last}, expected UTF-8 byte order, each key once; S3 directory buckets list like this: use a general purpose bucket`,
    { feature: 'ordered listing' },
  )
}

function nextToken(bucket: Bucket, page: ListObjectsV2CommandOutput): string | undefined {
  if (page.IsTruncated !== true) return undefined
  if (page.NextContinuationToken !== undefined) return page.NextContinuationToken
  throw new DeltaError('unavailable', `${bucket.location} said that a listing goes on, but not where`)
}
