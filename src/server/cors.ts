import { DeltaError } from '../errors.ts'
import { errorAnswer } from './error-answer.ts'
import { type Answer, type AnswerHeaders, answerOf, type HttpRequest, varyBy } from './http.ts'

/** Which pages of other origins may read the answers in a browser. */
export interface CorsPolicy {
  /** The answer to a browser that asks whether a page may ask; `undefined` for any other request. */
  preflight(request: HttpRequest, requestId: string): Answer | undefined
  /** Adds to an answer what lets the page read it. */
  allow(request: HttpRequest, headers: AnswerHeaders): void
}

const METHODS = 'GET, HEAD, POST'
/** What the clients of the protocol send; a reader of our own file URLs sends `range`. */
const REQUEST_HEADERS = 'authorization, content-type, delta-sharing-capabilities, fileidhash, range'
const ANSWER_HEADERS =
  'delta-table-version, delta-sharing-capabilities, link, retry-after, x-request-id, accept-ranges, content-range'
/** Seconds for which a browser need not ask again; Chromium heeds two hours at most. */
const MAX_AGE = '7200'

/**
 * @param origins such as `https://app.example.com`; none by default, and there is no way to allow all.
 * @throws {DeltaError} `invalid-argument` for what is no origin.
 */
export function corsPolicy(origins: readonly string[]): CorsPolicy {
  for (const origin of origins) checkOrigin(origin)
  const allowed = new Set(origins)
  const originOf = (request: HttpRequest): string | undefined => {
    const origin = request.headers.get('origin')
    return origin !== null && allowed.has(origin) && isReadable(request) ? origin : undefined
  }
  return {
    preflight(request, requestId) {
      if (allowed.size === 0 || request.method !== 'OPTIONS') return undefined
      if (!request.headers.has('origin') || !request.headers.has('access-control-request-method')) return undefined
      if (originOf(request) === undefined) return errorAnswer(notAllowed(), requestId)
      return answerOf(null, {
        status: 204,
        headers: {
          'access-control-allow-methods': METHODS,
          'access-control-allow-headers': REQUEST_HEADERS,
          'access-control-max-age': MAX_AGE,
        },
      })
    },
    allow(request, headers) {
      if (allowed.size === 0) return
      varyBy(headers, 'origin')
      const origin = originOf(request)
      if (origin === undefined) return
      headers['access-control-allow-origin'] = origin
      headers['access-control-expose-headers'] = ANSWER_HEADERS
    },
  }
}

/** Whoever reads the answer to an activation has the token: that is for the page of this origin alone. */
function isReadable(request: HttpRequest): boolean {
  return !new URL(request.url).pathname.replace(/\/{2,}/g, '/').startsWith('/activate/')
}

function checkOrigin(text: string): void {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text) return
  throw new DeltaError(
    'invalid-argument',
    `${JSON.stringify(text)} is no origin: expected scheme, host and port alone, such as https://app.example.com`,
  )
}

function notAllowed(): DeltaError {
  return new DeltaError('permission-denied', 'pages of this origin may not ask here')
}
