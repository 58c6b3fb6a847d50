import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { DeltaError, isDeltaError } from '../../errors.ts'
import type { Bucket } from './bucket.ts'
import { headObject } from './read.ts'

/** The most parts of one object on S3. */
const MAX_PARTS = 10_000
/** Parts on their way at the same time. */
const PARTS_IN_FLIGHT = 3

/** A multipart upload: its parts go out side by side, and the object appears when it is completed. */
export interface Upload {
  /** Sends a part; resolves when there is room for the next one. Throws what any part before it failed with. */
  add(body: Uint8Array): Promise<void>
  /** Waits for all parts and joins them. Resolves to the object's ETag. */
  complete(): Promise<string>
  /** Waits for the parts on their way, then removes them all from the store. */
  drop(): Promise<void>
}

export function beginUpload(bucket: Bucket, key: string, signal: AbortSignal | undefined): Upload {
  const target = { Bucket: bucket.name, Key: bucket.fullKey(key) }
  const parts: CompletedPart[] = []
  const inFlight = new Set<Promise<void>>()
  let size = 0
  let failure: unknown

  const begin = async (): Promise<string> => {
    const request = new CreateMultipartUploadCommand(target)
    const { UploadId } = await bucket.call(`beginning to write ${key}`, signal, (o) => bucket.client.send(request, o))
    if (UploadId !== undefined) return UploadId
    throw new DeltaError('unavailable', `${bucket.location} began an upload of ${key} without an id`)
  }
  const id = begin()
  // Every part waits for the id and meets the failure; before the first one nobody does.
  id.catch(() => {})

  const send = async (part: CompletedPart, body: Uint8Array): Promise<void> => {
    const { PartNumber } = part
    try {
      const request = new UploadPartCommand({ ...target, UploadId: await id, PartNumber, Body: body })
      const { ETag } = await bucket.call(`writing part ${PartNumber} of ${key}`, signal, (o) =>
        bucket.client.send(request, o),
      )
      part.ETag = ETag
    } catch (error) {
      failure ??= error
    }
  }

  return {
    async add(body) {
      if (parts.length === MAX_PARTS) {
        throw new DeltaError('invalid-argument', `${key} needs more than ${MAX_PARTS} parts: write larger ones`)
      }
      const part: CompletedPart = { PartNumber: parts.length + 1 }
      parts.push(part)
      size += body.length
      const sent: Promise<void> = send(part, body).finally(() => inFlight.delete(sent))
      inFlight.add(sent)
      while (inFlight.size >= PARTS_IN_FLIGHT) await Promise.race(inFlight)
      if (failure !== undefined) throw failure
    },
    async complete() {
      await Promise.all(inFlight)
      if (failure !== undefined) throw failure
      const request = new CompleteMultipartUploadCommand({
        ...target,
        UploadId: await id,
        MultipartUpload: { Parts: parts },
      })
      try {
        const { ETag } = await bucket.call(`finishing ${key}`, signal, (o) => bucket.client.send(request, o))
        if (ETag !== undefined) return ETag
      } catch (error) {
        if (!isDeltaError(error, 'not-found')) throw error
      }
      return await findCompleted(bucket, key, { size, parts: parts.length, signal })
    },
    async drop() {
      await Promise.all(inFlight)
      const UploadId = await id.catch(() => undefined)
      if (UploadId === undefined) return
      const request = new AbortMultipartUploadCommand({ ...target, UploadId })
      try {
        await bucket.call(`dropping the parts of ${key}`, undefined, (o) => bucket.client.send(request, o))
      } catch (error) {
        // Completed or dropped before.
        if (!isDeltaError(error, 'not-found')) throw error
      }
    },
  }
}

/** When the answer to the completion was lost, its repetition finds no upload any more: then we look at the object. */
async function findCompleted(
  bucket: Bucket,
  key: string,
  expected: { size: number; parts: number; signal: AbortSignal | undefined },
): Promise<string> {
  try {
    const { size, etag } = await headObject(bucket, key, expected.signal)
    // The ETag of a multipart object ends in the number of its parts.
    if (size === expected.size && etag.includes(`-${expected.parts}`)) return etag
  } catch (error) {
    if (!isDeltaError(error, 'not-found')) throw error
  }
  throw new DeltaError(
    'unavailable',
    `writing ${key} at ${bucket.location} failed: the store knows the upload no more, and the object is not there`,
  )
}
