import { DeltaError, messageOf } from '../errors.ts'
import { formatErrorBody, wireError } from '../wire/index.ts'
import { notThere, type SharedName } from './catalog.ts'
import { type Answer, type AnswerHeaders, answerOf } from './http.ts'

/** Seconds after which a client may try again what failed for want of the storage. */
const RETRY_AFTER = 5

/** Any error as an answer in JSON. */
export function errorAnswer(error: unknown, requestId: string): Answer {
  const { code, details } = error instanceof DeltaError ? error : new DeltaError('internal', '')
  const { status, errorCode } = wireError(code)
  const message = publicMessage(error, requestId)
  const headers: AnswerHeaders = { 'content-type': JSON_TYPE, 'cache-control': 'no-store' }
  if (status === 401) headers['www-authenticate'] = 'Bearer'
  if (status === 429 || status === 503) headers['retry-after'] = String(details.retryAfter ?? RETRY_AFTER)
  return answerOf(formatErrorBody({ errorCode, message }), { status, headers })
}

/** A known path asked with a method that it does not have. */
export function methodNotAllowed(allowed: readonly string[]): Answer {
  const message = `this path answers ${allowed.join(' and ')} only`
  return answerOf(formatErrorBody({ errorCode: 'MALFORMED_REQUEST', message }), {
    status: 405,
    headers: { 'content-type': JSON_TYPE, allow: allowed.join(', ') },
  })
}

/** A path that no route fits. */
export function notFoundAnswer(): Answer {
  return answerOf(formatErrorBody({ ...wireError('not-found'), message: 'there is nothing at this path' }), {
    status: 404,
    headers: { 'content-type': JSON_TYPE },
  })
}

export const JSON_TYPE = 'application/json; charset=utf-8'

/**
 * What may be told of an error. Only what the client can act on speaks; what went wrong inside stays inside, with a
 * request id by which the operator finds the record.
 */
export function publicMessage(error: unknown, requestId: string): string {
  const { status } = wireError(error instanceof DeltaError ? error.code : 'internal')
  if (status < 500) return messageOf(error)
  return status === 503
    ? `the server cannot reach its storage at the moment: try again later (request ${requestId})`
    : `the server could not answer: if this stays, contact your share provider and name request ${requestId}`
}

/** An error that came up while a shared table was loaded, as the recipient may hear it: without locations. */
export function tableError(cause: unknown, name: SharedName): unknown {
  if (!(cause instanceof DeltaError)) return cause
  switch (cause.code) {
    case 'invalid-argument':
      return cause
    case 'unsupported': {
      const feature = cause.details.feature ?? 'a table feature that this server does not know'
      return new DeltaError(
        'unsupported',
        `table ${name.schema}.${name.table} cannot be shared by this server, because it uses ${feature}: ask your share provider to rewrite it without`,
        { cause, feature },
      )
    }
    // Clients try again for minutes on a 500, and this will not change by itself.
    case 'not-found':
      return notThere(name, cause)
    default:
      return cause
  }
}
