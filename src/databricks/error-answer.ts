import { z } from 'zod'
import { DeltaError, type DeltaErrorCode } from '../errors.ts'

/** What an answer says when it is no success. */
export interface ErrorAnswer {
  readonly status: number
  readonly body: string
  /** Seconds, of the `Retry-After` header. */
  readonly retryAfter: number | undefined
}

/** `error_code` decides before the status: for names that exist already, for one, servers do not agree on 400 or 409. */
const CODES: Readonly<Record<string, DeltaErrorCode>> = {
  UNAUTHENTICATED: 'unauthenticated',
  PERMISSION_DENIED: 'permission-denied',
  NOT_FOUND: 'not-found',
  ALREADY_EXISTS: 'already-exists',
  INVALID_PARAMETER_VALUE: 'invalid-argument',
  MALFORMED_REQUEST: 'malformed-request',
  FEATURE_DISABLED: 'unsupported',
  TEMPORARILY_UNAVAILABLE: 'unavailable',
  REQUEST_LIMIT_EXCEEDED: 'rate-limited',
}

/** Texts by which a gateway says "later" under whatever status. */
const LATER = /RPC token bucket limit has been exceeded/

/** Longest text taken over from a server. */
const MAX_MESSAGE_LENGTH = 1000

/**
 * The error that an answer tells of. Bodies come as `{error_code, message}`, as `{error}`, as the text `CODE: message`, as
 * a gateway's HTML or not at all.
 * @param what what was asked, for the message.
 * @param token taken out, should the server quote it.
 */
export function parseErrorAnswer(what: string, answer: ErrorAnswer, token: string): DeltaError {
  const { status, body, retryAfter } = answer
  const { errorCode, message } = parseBody(body)
  const said = redact([errorCode, message].filter((part) => part !== '').join(': '), token)
  const code = LATER.test(body) ? 'rate-limited' : (codeOf(errorCode) ?? codeOfStatus(status))
  return new DeltaError(
    code,
    `${what} failed: Databricks answered ${status}${said === '' ? '' : ` ${said}`}${adviceFor(status)}`,
    {
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...(errorCode === 'FEATURE_DISABLED' ? { feature: 'Delta Sharing' } : {}),
    },
  )
}

function codeOf(errorCode: string): DeltaErrorCode | undefined {
  if (Object.hasOwn(CODES, errorCode)) return CODES[errorCode]
  if (errorCode.endsWith('_ALREADY_EXISTS')) return 'already-exists'
  // The open-source server says NOT_FOUND where Databricks says DOES_NOT_EXIST.
  return /_(DOES_NOT_EXIST|NOT_FOUND)$/.test(errorCode) ? 'not-found' : undefined
}

function codeOfStatus(status: number): DeltaErrorCode {
  switch (status) {
    case 401:
      return 'unauthenticated'
    case 403:
      return 'permission-denied'
    case 404:
      return 'not-found'
    case 409:
      return 'conflict'
    case 429:
      return 'rate-limited'
    case 501:
      return 'unsupported'
    default:
      return status >= 500 ? 'unavailable' : 'invalid-argument'
  }
}

function adviceFor(status: number): string {
  if (status >= 300 && status < 400) return ', which leads elsewhere: give the host of the workspace itself'
  return status === 401 ? '; check the token, and that it is for this workspace' : ''
}

const jsonBody = z.object({
  error_code: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
})

function parseBody(body: string): { errorCode: string; message: string } {
  const json = jsonBody.safeParse(parseJsonOrNothing(body))
  if (json.success) {
    return { errorCode: json.data.error_code ?? '', message: json.data.message ?? json.data.error ?? '' }
  }
  const [, errorCode = '', message = ''] = /^([A-Z][A-Z_]+): ([\s\S]*)$/.exec(body) ?? []
  if (errorCode !== '') return { errorCode, message }
  return { errorCode: '', message: /<pre>([^<]*)<\/pre>/.exec(body)?.[1] ?? '' }
}

function parseJsonOrNothing(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** On one line, short, and without what opens doors: the token, activation links, queries of URLs. */
function redact(text: string, token: string): string {
  return text
    .replaceAll(token, '<token>')
    .replaceAll(/(data_sharing_activation(?:_info)?\/)\S+/g, '$1<link>')
    .replaceAll(/(https?:\/\/[^\s?#"']*)[?#][^\s"']*/g, '$1')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, MAX_MESSAGE_LENGTH)
}
