import { z } from 'zod'
import { DeltaError, type DeltaErrorCode } from '../errors.ts'
import { adviceOf, blameOf, type Told } from './blame.ts'
import { redact } from './redact.ts'

/** What an answer says when it is no success. */
export interface ErrorAnswer {
  readonly status: number
  readonly body: string
  /** Seconds, of the `Retry-After` header. */
  readonly retryAfter: number | undefined
}

/** Not what was asked for is absent, but the whole API. */
const NO_ENDPOINT = 'ENDPOINT_NOT_FOUND'

/** `error_code` decides before the status: for names that exist already, for one, servers do not agree on 400 or 409. */
const CODES: Readonly<Record<string, DeltaErrorCode>> = {
  UNAUTHENTICATED: 'unauthenticated',
  PERMISSION_DENIED: 'permission-denied',
  INSUFFICIENT_PERMISSIONS: 'permission-denied',
  NOT_FOUND: 'not-found',
  [NO_ENDPOINT]: 'unsupported',
  ALREADY_EXISTS: 'already-exists',
  ABORTED: 'conflict',
  RESOURCE_CONFLICT: 'conflict',
  INVALID_PARAMETER_VALUE: 'invalid-argument',
  INVALID_STATE: 'invalid-argument',
  MALFORMED_REQUEST: 'malformed-request',
  FEATURE_DISABLED: 'unsupported',
  QUOTA_EXCEEDED: 'unsupported',
  TEMPORARILY_UNAVAILABLE: 'unavailable',
  REQUEST_LIMIT_EXCEEDED: 'rate-limited',
  RESOURCE_EXHAUSTED: 'rate-limited',
}

/** What is not there where a metastore shares nothing. */
export const DELTA_SHARING = 'Delta Sharing'

/** With `unsupported`: what is not there. */
const FEATURES: Readonly<Record<string, string>> = {
  FEATURE_DISABLED: DELTA_SHARING,
  QUOTA_EXCEEDED: 'quota',
}

/** Texts that say more than the code or the status with which they come. */
const SAYINGS: readonly (readonly [RegExp, DeltaErrorCode])[] = [
  [/RPC token bucket limit has been exceeded/, 'rate-limited'],
  // Said with 403, where it is not a privilege that is missing.
  [/invalid access token|token (is|has) expired/i, 'unauthenticated'],
  [/already a Recipient object with (the )?same sharing identifier/i, 'already-exists'],
]

/**
 * The error that an answer tells of. Bodies come as `{error_code, message}`, as `{error}`, as the text `CODE: message`, as
 * a gateway's HTML or not at all.
 * @param what what was asked, for the message.
 * @param secrets taken out, should the server quote them.
 */
export function parseErrorAnswer(what: string, answer: ErrorAnswer, secrets: readonly string[]): DeltaError {
  const { status, body, retryAfter } = answer
  const told = parseBody(status, body)
  const code = codeOfText(body) ?? codeOf(told.errorCode) ?? codeOfStatus(status)
  const said = [told.errorCode, told.message].filter((part) => part !== '').join(': ')
  const message = `${what} failed: Databricks answered ${[status, redact(said, secrets)].join(' ').trim()}`
  if (status >= 300 && status < 400) {
    const advice = 'that leads elsewhere: give the host of the workspace itself'
    return new DeltaError(code, `${message}; ${advice}`, { blame: 'kadoa' })
  }
  const later = retryAfter === undefined ? undefined : `it asks to come again after ${retryAfter} seconds`
  return errorOf(code, told, { message, advice: adviceOf(code, told) ?? later, retryAfter })
}

/** The error of a SQL statement, which says in brackets which condition it is: `[TABLE_OR_VIEW_NOT_FOUND] …`. */
export function statementError(what: string, { errorCode, message }: Told): DeltaError {
  const condition = /^\[([A-Z_]+)/.exec(message)?.[1] ?? errorCode
  const told = { errorCode: condition, message }
  const code = codeOfText(message) ?? codeOf(condition) ?? 'invalid-argument'
  const said = [errorCode, message].filter((part) => part !== '').join(': ')
  return errorOf(code, told, { message: `${what} failed: ${redact(said, [])}`, advice: adviceOf(code, told) })
}

interface Wording {
  readonly message: string
  readonly advice: string | undefined
  readonly retryAfter?: number | undefined
}

function errorOf(code: DeltaErrorCode, told: Told, { message, advice = '', retryAfter }: Wording): DeltaError {
  const blame = blameOf(code, told)
  const feature = Object.hasOwn(FEATURES, told.errorCode) ? FEATURES[told.errorCode] : undefined
  return new DeltaError(code, advice === '' ? message : `${message.replace(/\.$/, '')}; ${advice}`, {
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(feature === undefined ? {} : { feature }),
    ...(blame === undefined ? {} : { blame }),
  })
}

function codeOfText(text: string): DeltaErrorCode | undefined {
  return SAYINGS.find(([said]) => said.test(text))?.[1]
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

const text = z.string().optional().catch(undefined)
/** `error_description` is OAuth's, `detail` SCIM's, which tells who we are. */
const jsonBody = z.object({ error_code: text, message: text, error: text, error_description: text, detail: text })

function parseBody(status: number, body: string): Told {
  const json = jsonBody.safeParse(parseJsonOrNothing(body))
  if (json.success) {
    const { error_code: errorCode = '', message, error, error_description, detail } = json.data
    return { errorCode, message: message ?? detail ?? [error, error_description].filter(Boolean).join(': ') }
  }
  const [, errorCode = '', message = ''] = /^([A-Z][A-Z_]+): ([\s\S]*)$/.exec(body) ?? []
  if (errorCode !== '') return { errorCode, message }
  // The catalog says that something is absent. Whoever answers otherwise is none, and nothing is gone by his word.
  return { errorCode: status === 404 ? NO_ENDPOINT : '', message: textOfPage(body) }
}

/** What a gateway's HTML says. */
function textOfPage(body: string): string {
  return (/<pre>([^<]*)<\/pre>/i.exec(body) ?? /<title>([^<]*)<\/title>/i.exec(body))?.[1] ?? ''
}

function parseJsonOrNothing(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
