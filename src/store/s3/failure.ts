import { DeltaError, type DeltaErrorCode, messageOf } from '../../errors.ts'

/** The network said no before a byte of the request had left: nothing can have been written. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])
const NETWORK = new Set([...NOT_SENT, 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'])
const BAD_LOGIN = new Set(['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken'])
const OTHER_REGION = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
])
/** The store met another request for the same key, or distrusts our clock: it did nothing, and asks to try again. */
const TURNED_AWAY = new Set(['ConditionalRequestConflict', 'OperationAborted', 'RequestTimeTooSkewed'])

/** What the SDK tells about a failed call, as far as it got. */
interface Facts {
  /** The S3 error code, or the name of the error. */
  readonly name: string
  /** The HTTP status; undefined when there was no answer. */
  readonly status: number | undefined
  /** The system's code of a network error. */
  readonly errno: string | undefined
}

export function factsOf(error: unknown): Facts {
  if (!(error instanceof Error)) return { name: '', status: undefined, errno: undefined }
  const { $metadata: metadata, code } = error as { $metadata?: { httpStatusCode?: number }; code?: unknown }
  return { name: error.name, status: metadata?.httpStatusCode, errno: typeof code === 'string' ? code : undefined }
}

/** True when the store certainly did nothing: the request never left, or was turned away unread. */
export function changedNothing(error: unknown): boolean {
  const { name, errno } = factsOf(error)
  return TURNED_AWAY.has(name) || name === 'CredentialsProviderError' || (errno !== undefined && NOT_SENT.has(errno))
}

/** True when the same call may go better next time. */
export function isTransient(error: unknown): boolean {
  if (error instanceof DeltaError) return error.code === 'unavailable'
  const { name, status, errno } = factsOf(error)
  if (name === 'AbortError') return false
  if (TURNED_AWAY.has(name) || name === 'TimeoutError' || name === 'RequestTimeout') return true
  if (errno !== undefined && NETWORK.has(errno)) return true
  return status === 429 || (status !== undefined && status >= 500 && status !== 501)
}

/** True when the request may have been served although no answer says so: a conditional put is then `unknown`. */
export function mayHaveBeenServed(error: unknown): boolean {
  const { name } = factsOf(error)
  return !changedNothing(error) && (name === 'AbortError' || isTransient(error))
}

/** The error of this library for a failed call; `doing` says what failed and where. */
export function s3Failure(error: unknown, doing: string): DeltaError {
  if (error instanceof DeltaError) return error
  const { name, status } = factsOf(error)
  if (name === 'AbortError') return new DeltaError('aborted', `${doing} was aborted by the caller`, { cause: error })
  if (status === 501) {
    return new DeltaError(
      'unsupported',
      `${doing} failed: this store does not implement it (501): ${messageOf(error)}`,
      {
        cause: error,
      },
    )
  }
  return new DeltaError(codeOf(error), `${doing} failed: ${reasonOf(error)}`, { cause: error })
}

function codeOf(error: unknown): DeltaErrorCode {
  const { name, status } = factsOf(error)
  if (name === 'CredentialsProviderError' || BAD_LOGIN.has(name) || status === 401) return 'unauthenticated'
  if (isTransient(error)) return 'unavailable'
  if (OTHER_REGION.has(name) || status === 301) return 'invalid-argument'
  if (status === 403) return 'permission-denied'
  if (status === 404) return 'not-found'
  if (status !== undefined && status >= 400 && status < 500) return 'invalid-argument'
  return 'unavailable'
}

function reasonOf(error: unknown): string {
  const { name, status, errno } = factsOf(error)
  if (errno !== undefined && NOT_SENT.has(errno)) {
    // An error of several addresses, such as both of localhost, says nothing itself.
    return `nothing answers there (${messageOf(error) || errno}): look whether the storage is up, and at its address (AWS_ENDPOINT_URL_S3)`
  }
  if (errno === 'EPROTO') {
    return `no HTTPS connection came about: where the storage speaks HTTP, write http:// in AWS_ENDPOINT_URL_S3 (${messageOf(error).trim()})`
  }
  if (name === 'NoSuchBucket') return 'there is no such bucket: create it, or fix the location'
  if (OTHER_REGION.has(name) || status === 301) {
    return `the bucket is in another region: set AWS_REGION to it (${messageOf(error)})`
  }
  switch (codeOf(error)) {
    case 'unauthenticated':
      return `the credentials were not accepted: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE (${messageOf(error)})`
    case 'permission-denied':
      return 'these credentials may not do that (403): ask the owner of the bucket'
    case 'not-found':
      return 'there is no such object'
    default:
      return [errno, status, messageOf(error)].filter((part) => part !== undefined && part !== '').join(' ')
  }
}
