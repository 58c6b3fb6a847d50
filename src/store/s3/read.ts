import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { DeltaError } from '../../errors.ts'
import type { GetOptions, ObjectMeta, StoredObject } from '../object-store.ts'
import { checkRange, type Range, resolveRange } from '../range.ts'
import type { Bucket } from './bucket.ts'
import { factsOf } from './failure.ts'

export async function headObject(bucket: Bucket, key: string, signal: AbortSignal | undefined): Promise<ObjectMeta> {
  const request = new HeadObjectCommand({ Bucket: bucket.name, Key: bucket.fullKey(key) })
  return await bucket.call(`looking at ${key}`, signal, async (options) => {
    try {
      const answer = await bucket.client.send(request, options)
      return metaOf(bucket, key, answer.ContentLength, answer)
    } catch (error) {
      if (!WITHOUT_REASON.has(factsOf(error).status ?? 0)) throw error
      return await headByGet(bucket, key, options)
    }
  })
}

/** What an expired login, a wrong clock and a missing right look like in an answer without a body. */
const WITHOUT_REASON = new Set([400, 403])

/** Asks the same by a GET: a refusal of it says why, and any other answer is as good as that to a HEAD. */
async function headByGet(bucket: Bucket, key: string, options: { abortSignal?: AbortSignal }): Promise<ObjectMeta> {
  const request = new GetObjectCommand({ Bucket: bucket.name, Key: bucket.fullKey(key), Range: 'bytes=0-0' })
  try {
    const answer = await bucket.client.send(request, options)
    // A store that ignores Range sends the whole object: the connection is closed on it.
    for await (const _ of chunksOf(answer.Body)) break
    return metaOf(bucket, key, sizeOf(answer), answer)
  } catch (error) {
    if (factsOf(error).status !== 416) throw error
    // It may be read, and has no first byte.
    throw new DeltaError('unavailable', `${key} at ${bucket.location} was refused, and then was not`, { cause: error })
  }
}

/**
 * Reads an object or a part of it. A body that breaks off is taken up again where it stopped, as long as the object is
 * still the same one.
 */
export async function getObject(bucket: Bucket, key: string, options: GetOptions): Promise<StoredObject> {
  const { range, signal } = options
  checkRange(range)
  if (range !== undefined && isEmpty(range)) return await emptyPart(bucket, key, range, signal)
  const Key = bucket.fullKey(key)
  let part: Part | undefined
  const read = async (sdkOptions: { abortSignal?: AbortSignal }): Promise<StoredObject> => {
    const request = part === undefined ? { Range: rangeHeader(range) } : part.rest()
    const command = new GetObjectCommand({ Bucket: bucket.name, Key, ...request })
    try {
      const answer = await bucket.client.send(command, sdkOptions)
      part ??= beginPart(bucket, key, range, answer)
      await part.take(answer.ContentRange, answer.Body)
    } catch (error) {
      // The object was replaced while we read it: begin again with the new one.
      if (part !== undefined && factsOf(error).status === 412) {
        part = undefined
        throw new DeltaError('unavailable', `${key} at ${bucket.location} was replaced while it was read`, {
          cause: error,
        })
      }
      throw error
    }
    return { ...part.meta, body: part.bytes }
  }
  try {
    return await bucket.call(`reading ${key}`, signal, read)
  } catch (error) {
    if (!(error instanceof DeltaError) || factsOf(error.cause).status !== 416 || range === undefined) throw error
    return await emptyPart(bucket, key, range, signal)
  }
}

/** The bytes asked for, as far as they came. */
interface Part {
  readonly meta: ObjectMeta
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The request for what is still missing. */
  rest(): { Range: string; IfMatch: string }
  take(contentRange: string | undefined, body: unknown): Promise<void>
}

interface Answer {
  readonly ContentLength?: number | undefined
  readonly ContentRange?: string | undefined
  readonly ETag?: string | undefined
  readonly LastModified?: Date | undefined
}

function beginPart(bucket: Bucket, key: string, range: Range | undefined, answer: Answer): Part {
  const size = sizeOf(answer)
  const meta = metaOf(bucket, key, size, answer)
  const { start, end } = resolveRange(range, meta.size, key)
  const bytes = new Uint8Array(end - start)
  let received = 0
  return {
    meta,
    bytes,
    rest: () => ({ Range: `bytes=${start + received}-${end - 1}`, IfMatch: meta.etag }),
    async take(contentRange, body) {
      // A store that ignores Range sends the object from its first byte.
      let position = contentRange === undefined ? 0 : firstByte(contentRange)
      try {
        for await (const chunk of chunksOf(body)) {
          const skip = Math.max(0, start + received - position)
          const wanted = chunk.subarray(skip, skip + bytes.length - received)
          bytes.set(wanted, received)
          received += wanted.length
          position += chunk.length
        }
      } catch (error) {
        // What broke after the last byte is not worth another request.
        if (received < bytes.length) throw error
      }
      if (received < bytes.length) {
        throw new DeltaError('unavailable', `${key} broke off after ${received} of ${bytes.length} bytes`)
      }
    },
  }
}

function chunksOf(body: unknown): AsyncIterable<Uint8Array> {
  if (typeof body === 'object' && body !== null && Symbol.asyncIterator in body)
    return body as AsyncIterable<Uint8Array>
  throw new DeltaError('internal', 'the AWS SDK gave a body that is no stream of bytes')
}

/** The size of the whole object: after the slash of `bytes 0-9/100`, else the length of the body. */
function sizeOf({ ContentRange: range, ContentLength: length }: Answer): number | undefined {
  const total = range === undefined ? undefined : /\/(\d+)$/.exec(range)?.[1]
  return total === undefined ? length : Number(total)
}

function firstByte(contentRange: string): number {
  return Number(/^bytes (\d+)-/.exec(contentRange)?.[1] ?? 0)
}

function rangeHeader(range: Range | undefined): string | undefined {
  if (range === undefined) return undefined
  if ('suffix' in range) return `bytes=-${range.suffix}`
  return `bytes=${range.start}-${range.end === undefined ? '' : range.end - 1}`
}

function isEmpty(range: Range): boolean {
  return 'suffix' in range ? range.suffix === 0 : range.end === range.start
}

/** HTTP has no form for an empty range, and answers 416 to one that starts at the end. */
async function emptyPart(
  bucket: Bucket,
  key: string,
  range: Range,
  signal: AbortSignal | undefined,
): Promise<StoredObject> {
  const meta = await headObject(bucket, key, signal)
  resolveRange(range, meta.size, key)
  return { ...meta, body: new Uint8Array(0) }
}

function metaOf(bucket: Bucket, key: string, size: number | undefined, answer: Answer): ObjectMeta {
  const { ETag: etag, LastModified: lastModified } = answer
  if (size === undefined || etag === undefined || lastModified === undefined) {
    throw new DeltaError(
      'unavailable',
      `${bucket.location} told of ${key} without its size, ETag or time: expected all three`,
    )
  }
  return { key, size, etag, lastModified: lastModified.getTime() }
}
