import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { DeltaError, isDeltaError, throwIfAborted } from '../../errors.ts'
import { joinBytes } from '../bytes.ts'
import type { ObjectWriter, PutStreamOptions } from '../object-store.ts'
import type { Bucket } from './bucket.ts'
import { putObject } from './put.ts'
import { headObject } from './read.ts'

/** The least that S3 takes as a part, except the last one. */
const MIN_PART_SIZE = 5 * 1024 * 1024
const DEFAULT_PART_SIZE = 8 * 1024 * 1024
/** The most parts of one object on S3. */
const MAX_PARTS = 10_000
/** Parts on their way at the same time; one more is being filled. */
const PARTS_IN_FLIGHT = 3

/**
 * Uploads part by part. An object that never fills a part goes out as one put, so that a small file costs one request.
 */
export function s3Writer(bucket: Bucket, key: string, options: PutStreamOptions): ObjectWriter {
  const { partSize = DEFAULT_PART_SIZE, signal } = options
  if (!Number.isSafeInteger(partSize) || partSize < MIN_PART_SIZE) {
    throw new DeltaError(
      'invalid-argument',
      `a part of ${partSize} bytes is too small for S3: at least ${MIN_PART_SIZE}`,
    )
  }
  const fullKey = bucket.fullKey(key)
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  let size = 0
  let upload: Promise<string> | undefined
  let failure: unknown
  let isOver = false
  const parts: CompletedPart[] = []
  const inFlight = new Set<Promise<void>>()

  const begin = async (): Promise<string> => {
    const request = new CreateMultipartUploadCommand({ Bucket: bucket.name, Key: fullKey })
    const answer = await bucket.call(`beginning to write ${key}`, signal, (o) => bucket.client.send(request, o))
    if (answer.UploadId !== undefined) return answer.UploadId
    throw new DeltaError('unavailable', `${bucket.location} began an upload of ${key} without an id`)
  }
  const uploadPart = async (number: number, body: Uint8Array): Promise<void> => {
    upload ??= begin()
    const request = new UploadPartCommand({
      Bucket: bucket.name,
      Key: fullKey,
      UploadId: await upload,
      PartNumber: number,
      Body: body,
    })
    const { ETag } = await bucket.call(`writing part ${number} of ${key}`, signal, (o) =>
      bucket.client.send(request, o),
    )
    parts[number - 1] = { PartNumber: number, ETag }
  }
  const sendPending = async (): Promise<void> => {
    const body = joinBytes(pending)
    pending = []
    pendingBytes = 0
    const number = parts.length + 1
    if (number > MAX_PARTS) {
      throw new DeltaError(
        'invalid-argument',
        `${key} needs more than ${MAX_PARTS} parts: write it with a larger part size`,
      )
    }
    parts.length = number
    const sent: Promise<void> = uploadPart(number, body)
      .catch((error: unknown) => {
        failure ??= error
      })
      .finally(() => inFlight.delete(sent))
    inFlight.add(sent)
    while (inFlight.size >= PARTS_IN_FLIGHT) await Promise.race(inFlight)
    if (failure !== undefined) throw failure
  }
  const complete = async (): Promise<string> => {
    await Promise.all(inFlight)
    if (failure !== undefined) throw failure
    return await completeUpload(bucket, key, { fullKey, uploadId: await upload, parts, size, signal })
  }
  const drop = async (): Promise<void> => {
    isOver = true
    pending = []
    await Promise.all(inFlight)
    const uploadId = await upload?.catch(() => undefined)
    upload = undefined
    if (uploadId !== undefined) await dropUpload(bucket, key, fullKey, uploadId)
  }
  const checkOpen = (): void => {
    throwIfAborted(signal)
    if (failure !== undefined) throw failure
    if (isOver) throw new DeltaError('invalid-argument', `the writer of ${key} was already finished or aborted`)
  }

  return {
    async write(chunk) {
      checkOpen()
      size += chunk.length
      let rest = chunk
      while (pendingBytes + rest.length >= partSize) {
        const head = rest.subarray(0, partSize - pendingBytes)
        rest = rest.subarray(head.length)
        pending.push(head)
        await sendPending()
      }
      pending.push(rest)
      pendingBytes += rest.length
    },
    async finish() {
      checkOpen()
      isOver = true
      if (upload === undefined) return { size, etag: await putWhole(bucket, key, joinBytes(pending), signal) }
      try {
        if (pendingBytes > 0) await sendPending()
        const etag = await complete()
        upload = undefined
        return { size, etag }
      } catch (error) {
        await drop().catch(() => {})
        throw error
      }
    },
    abort: drop,
  }
}

async function putWhole(
  bucket: Bucket,
  key: string,
  body: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<string> {
  const result = await putObject(bucket, key, body, { mode: 'overwrite', signal })
  if (result.outcome === 'written') return result.etag
  throw new DeltaError('unavailable', `writing ${key} at ${bucket.location} failed: the answers were lost`, {
    cause: result.outcome === 'unknown' ? result.cause : undefined,
  })
}

interface Upload {
  readonly fullKey: string
  readonly uploadId: string | undefined
  readonly parts: readonly CompletedPart[]
  readonly size: number
  readonly signal: AbortSignal | undefined
}

/** Makes the object appear. When the answer to that was lost, the repetition finds no upload any more: then we look. */
async function completeUpload(bucket: Bucket, key: string, upload: Upload): Promise<string> {
  const { fullKey, uploadId, parts, size, signal } = upload
  const request = new CompleteMultipartUploadCommand({
    Bucket: bucket.name,
    Key: fullKey,
    UploadId: uploadId,
    MultipartUpload: { Parts: [...parts] },
  })
  try {
    const { ETag } = await bucket.call(`finishing ${key}`, signal, (o) => bucket.client.send(request, o))
    if (ETag !== undefined) return ETag
  } catch (error) {
    if (!isDeltaError(error, 'not-found')) throw error
  }
  const found = await headObject(bucket, key, signal)
  // The ETag of a multipart object ends in the number of its parts.
  if (found.size === size && found.etag.includes(`-${parts.length}`)) return found.etag
  throw new DeltaError('unavailable', `the upload of ${key} at ${bucket.location} is gone and the object is not there`)
}

async function dropUpload(bucket: Bucket, key: string, fullKey: string, uploadId: string): Promise<void> {
  const request = new AbortMultipartUploadCommand({ Bucket: bucket.name, Key: fullKey, UploadId: uploadId })
  try {
    await bucket.call(`dropping the parts of ${key}`, undefined, (o) => bucket.client.send(request, o))
  } catch (error) {
    // Finished or dropped before.
    if (!isDeltaError(error, 'not-found')) throw error
  }
}
