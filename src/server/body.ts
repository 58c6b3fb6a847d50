import { DeltaError } from '../errors.ts'
import type { HttpRequest } from './http.ts'

/** The most that a query can sensibly say; the reference server takes a megabyte of hints. */
const MAX_BODY_BYTES = 1024 * 1024

/**
 * The body of a request as text.
 * @throws {DeltaError} `malformed-request` when it is longer than 1 MiB; the rest of it is not read.
 */
export async function readBody(request: HttpRequest): Promise<string> {
  if (request.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of request.body) {
    bytes += chunk.byteLength
    if (bytes > MAX_BODY_BYTES) {
      throw new DeltaError('malformed-request', `the body is longer than ${MAX_BODY_BYTES} bytes: send fewer hints`)
    }
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
