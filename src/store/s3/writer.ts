import { DeltaError, throwIfAborted } from '../../errors.ts'
import { joinBytes } from '../bytes.ts'
import type { ObjectWriter, PutStreamOptions } from '../object-store.ts'
import type { Bucket } from './bucket.ts'
import { putObject } from './put.ts'
import { beginUpload, type Upload } from './upload.ts'

/** The least that S3 takes as a part, except the last one. */
const MIN_PART_SIZE = 5 * 1024 * 1024
const DEFAULT_PART_SIZE = 8 * 1024 * 1024

/**
 * Gathers chunks into parts of exactly `partSize` and uploads them. An object that never fills a part goes out as one
 * put, so that a small file costs one request.
 */
export function s3Writer(bucket: Bucket, key: string, options: PutStreamOptions): ObjectWriter {
  const { partSize = DEFAULT_PART_SIZE, signal } = options
  if (!Number.isSafeInteger(partSize) || partSize < MIN_PART_SIZE) {
    throw new DeltaError(
      'invalid-argument',
      `a part of ${partSize} bytes is too small for S3: at least ${MIN_PART_SIZE}`,
    )
  }
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  let size = 0
  let upload: Upload | undefined
  let isOver = false

  const takePending = (): Uint8Array<ArrayBuffer> => {
    const body = joinBytes(pending)
    pending = []
    pendingBytes = 0
    return body
  }
  const checkOpen = (): void => {
    throwIfAborted(signal)
    if (isOver) throw new DeltaError('invalid-argument', `the writer of ${key} was already finished or aborted`)
  }
  const abort = async (): Promise<void> => {
    isOver = true
    pending = []
    const begun = upload
    upload = undefined
    await begun?.drop()
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
        upload ??= beginUpload(bucket, key, signal)
        await upload.add(takePending())
      }
      pending.push(rest)
      pendingBytes += rest.length
    },
    async finish() {
      checkOpen()
      isOver = true
      if (upload === undefined) return { size, etag: await putWhole(bucket, key, takePending(), signal) }
      try {
        if (pendingBytes > 0) await upload.add(takePending())
        const etag = await upload.complete()
        upload = undefined
        return { size, etag }
      } catch (error) {
        // The failure that came first says more than one to clean up.
        await abort().catch(() => {})
        throw error
      }
    },
    abort,
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
