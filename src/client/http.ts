import { DeltaError, isDeltaError, messageOf, throwIfAborted } from '../errors.ts'
import { parseRetryAfter } from '../retry-after.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'
import { parseErrorAnswer, withoutUrls } from '../wire/index.ts'
import { type Body, bodyOf, textUpTo } from './body.ts'
import { fetchSameOrigin } from './redirect.ts'

/** What the client needs of the world. */
export interface ClientOptions {
  readonly fetch?: typeof fetch
  readonly runtime?: Runtime
  /** Milliseconds without a byte after which a server counts as gone: two minutes unless said. */
  readonly idleTimeout?: number
}

export interface HttpRequest {
  /** What is asked, for messages; the URL never is, for it may be signed. */
  readonly what: string
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Goes into the `authorization` header, to this origin and to no other, whatever redirects say. */
  readonly token?: string
  readonly signal?: AbortSignal | undefined
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

/** Sends reads, which may be repeated, and gives back answers that are good. */
export interface Http {
  /**
   * Sends a request and reads its answer, again after a failure that may pass (429, 5xx, a connection that broke or fell
   * silent), waiting as long as the server says.
   * @param read takes the answer, in whole or its beginning; when the connection breaks in there, the request is sent again.
   * @throws {DeltaError} the code that tells the caller what to do; `unavailable` or `rate-limited` only when the
   * repetitions are used up, or the server wants a longer wait than anybody has patience for.
   */
  request<T>(request: HttpRequest, read: (answer: HttpAnswer) => Promise<T>): Promise<T>
  readonly runtime: Runtime
}

const MAX_ATTEMPTS = 6
const FIRST_WAIT = 250
const MAX_WAIT = 30_000
/** Milliseconds after the first failure within which it is tried again, and the longest wait that a server may ask for. */
const PATIENCE = 120_000
const IDLE_TIMEOUT = 120_000
/** Bytes of an error answer that are looked at. */
const ERROR_BYTES = 64 * 1024

export function httpClient(options: ClientOptions): Http {
  const { fetch = globalThis.fetch, runtime = systemRuntime, idleTimeout = IDLE_TIMEOUT } = options

  async function once<T>(request: HttpRequest, read: (answer: HttpAnswer) => Promise<T>): Promise<T> {
    const { what, url, method = 'GET', body, token, signal: caller } = request
    checkUrl(what, url)
    throwIfAborted(caller)
    const stop = new AbortController()
    const signal = caller === undefined ? stop.signal : AbortSignal.any([caller, stop.signal])
    const headers = { ...request.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
    const init: RequestInit = { method, headers, signal, ...(body === undefined ? {} : { body }) }
    /** Gives up what stays silent for too long. */
    const unlessSilent = <R>(work: Promise<R>): Promise<R> =>
      new Promise((resolve, reject) => {
        const off = runtime.alarm(idleTimeout, () => {
          const silence = new DeltaError('unavailable', `${what} failed: nothing came for ${idleTimeout / 1000} s`)
          stop.abort(silence)
          reject(silence)
        })
        work.finally(off).then(resolve, reject)
      })
    /** What went wrong below HTTP, in our words. */
    const explained = (cause: unknown): unknown => {
      throwIfAborted(caller)
      if (isDeltaError(cause)) return cause
      return new DeltaError('unavailable', `${what} failed: the connection broke (${reasonOf(cause, token)})`, {
        cause,
      })
    }
    try {
      const sent = token === undefined ? fetch(url, init) : fetchSameOrigin(fetch, what, url, init)
      const response = await unlessSilent(sent)
      const answer = {
        status: response.status,
        headers: response.headers,
        body: bodyOf(response, unlessSilent, explained),
      }
      if (!response.ok) throw await errorOf(request, answer, runtime.now())
      return await read(answer)
    } catch (error) {
      stop.abort()
      throw explained(error)
    }
  }

  return {
    runtime,
    async request(request, read) {
      let firstFailure: number | undefined
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(request, read)
        } catch (error) {
          firstFailure ??= runtime.now()
          const isSpent = attempt === MAX_ATTEMPTS || runtime.now() - firstFailure > PATIENCE
          const wait = mayPass(error) ? waitFor(error, attempt, runtime) : Number.POSITIVE_INFINITY
          if (isSpent || wait > PATIENCE) throw error
          await runtime.sleep(wait, request.signal)
        }
      }
    },
  }
}

/** @throws {DeltaError} `invalid-data`: URLs of files come from the server, and only HTTP is meant by them. */
function checkUrl(what: string, url: string): void {
  const problem = problemOf(url)
  if (problem !== undefined) throw new DeltaError('invalid-data', `${what} failed: the URL for it ${problem}`)
}

function problemOf(text: string): string | undefined {
  if (!URL.canParse(text)) return 'is none'
  const { protocol, username, password } = new URL(text)
  if (protocol !== 'http:' && protocol !== 'https:')
    return `has the scheme ${protocol.slice(0, 20)} expected http: or https:`
  return username === '' && password === '' ? undefined : 'has a user in it'
}

/** Whether the same request may go well later. */
export function mayPass(error: unknown): error is DeltaError {
  return isDeltaError(error, 'unavailable') || isDeltaError(error, 'rate-limited')
}

/** Milliseconds: as long as the server says; else doubling from time to time, with jitter so that many clients spread out. */
export function waitFor(error: DeltaError, attempt: number, runtime: Runtime): number {
  const { retryAfter } = error.details
  if (retryAfter !== undefined) return retryAfter * 1000
  return Math.min(FIRST_WAIT * 2 ** (attempt - 1), MAX_WAIT) * (0.5 + runtime.random() / 2)
}

async function errorOf({ what, token }: HttpRequest, answer: HttpAnswer, now: number): Promise<DeltaError> {
  const { status, headers, body } = answer
  // Only the sharing server's own words are passed on: an object store quotes signatures and keys in its XML.
  const isOurs = token !== undefined && (headers.get('content-type')?.includes('json') ?? false)
  const text = isOurs ? await textUpTo(body, ERROR_BYTES).catch(() => '') : ''
  body.cancel()
  const retryAfter = parseRetryAfter(headers.get('retry-after'), now)
  return parseErrorAnswer(what, status, token === undefined ? text : text.replaceAll(token, '…'), retryAfter)
}

/** `fetch` says "fetch failed"; why is in its cause. The name of the failure is enough: a message may hold a URL. */
function reasonOf(error: unknown, token = ''): string {
  const root = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (root instanceof Error && 'code' in root && typeof root.code === 'string') return root.code
  const message = token === '' ? messageOf(root) : messageOf(root).replaceAll(token, '…')
  return withoutUrls(message, 'a URL')
}
