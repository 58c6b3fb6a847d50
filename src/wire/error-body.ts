import { DeltaError, type DeltaErrorCode } from '../errors.ts'
import { isJsonObject, type JsonValue, parseJson } from '../json.ts'

/** How an error leaves a server: the HTTP status and the `errorCode` of the sharing protocol. */
export interface WireError {
  readonly status: 400 | 401 | 403 | 404 | 409 | 429 | 500 | 503
  readonly errorCode: string
}

const INTERNAL: WireError = { status: 500, errorCode: 'INTERNAL_ERROR' }

const WIRE_ERRORS: Record<DeltaErrorCode, WireError> = {
  'invalid-argument': { status: 400, errorCode: 'INVALID_PARAMETER_VALUE' },
  'malformed-request': { status: 400, errorCode: 'MALFORMED_REQUEST' },
  unauthenticated: { status: 401, errorCode: 'UNAUTHENTICATED' },
  'permission-denied': { status: 403, errorCode: 'PERMISSION_DENIED' },
  'not-found': { status: 404, errorCode: 'RESOURCE_DOES_NOT_EXIST' },
  'already-exists': { status: 409, errorCode: 'RESOURCE_ALREADY_EXISTS' },
  unsupported: { status: 400, errorCode: 'UNSUPPORTED_OPERATION' },
  'invalid-data': INTERNAL,
  unavailable: { status: 503, errorCode: 'INTERNAL_ERROR' },
  'rate-limited': { status: 429, errorCode: 'INTERNAL_ERROR' },
  conflict: INTERNAL,
  'commit-unknown': INTERNAL,
  aborted: INTERNAL,
  internal: INTERNAL,
}

export function wireError(code: DeltaErrorCode): WireError {
  return WIRE_ERRORS[code]
}

/** The JSON body of every error answer. */
export function formatErrorBody(error: { readonly errorCode: string; readonly message: string }): string {
  return JSON.stringify({ errorCode: error.errorCode, message: error.message })
}

/**
 * The error that an answer tells of. Servers differ in the name of the code's member (`errorCode`, `error_code`), and
 * some answer in plain text or not at all; the status always says enough.
 * @param what what was asked, for the message.
 */
export function parseErrorAnswer(what: string, status: number, body: string, retryAfter?: number): DeltaError {
  const { errorCode, message } = parseBody(body)
  const text = `${what} failed: the server answered ${status}${errorCode === undefined ? '' : ` ${errorCode}`}${message === undefined ? '' : `: ${message}`}`
  const code = codeOf(status, errorCode)
  return new DeltaError(code, text, retryAfter === undefined ? {} : { retryAfter })
}

function codeOf(status: number, errorCode: string | undefined): DeltaErrorCode {
  if (status === 401) return 'unauthenticated'
  if (status === 403) return 'permission-denied'
  if (status === 404) return 'not-found'
  if (status === 429) return 'rate-limited'
  if (status >= 500) return 'unavailable'
  if (errorCode === 'UNSUPPORTED_OPERATION' || errorCode?.startsWith('DS_UNSUPPORTED')) return 'unsupported'
  return errorCode === 'MALFORMED_REQUEST' ? 'malformed-request' : 'invalid-argument'
}

/** Longest message taken over from a server. */
const MAX_MESSAGE_LENGTH = 1000

/** A server's own words, as they may stand in a message of ours: not too long, without URLs, which may be signed, in one line. */
export function quotedWords(message: string): string {
  const words = message.slice(0, MAX_MESSAGE_LENGTH).replaceAll(/\p{Cc}+/gu, ' ')
  return withoutUrls(words, '(a URL)')
}

/** A text with other words in place of each URL. */
export function withoutUrls(text: string, instead: string): string {
  return text.replaceAll(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, instead)
}

function parseBody(body: string): { errorCode?: string; message?: string } {
  let json: JsonValue
  try {
    json = parseJson(body)
  } catch {
    return {}
  }
  if (!isJsonObject(json)) return {}
  const errorCode = json.errorCode ?? json.error_code
  const { message } = json
  return {
    ...(typeof errorCode === 'string' ? { errorCode: quotedWords(errorCode) } : {}),
    ...(typeof message === 'string' ? { message: quotedWords(message) } : {}),
  }
}
