import type { z } from 'zod'
import { DeltaError, messageOf, throwIfAborted } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import { parseErrorAnswer } from './error-answer.ts'
import { type Failure, isRefusedForNow, isWorthAsking, waitAfter } from './retry.ts'

/** What every call takes last. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

export interface Call<S extends z.ZodType> {
  /** What is done, for messages: `creating share sales`. */
  readonly what: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below `/api/2.1/unity-catalog/`. */
  readonly path: string
  readonly body?: unknown
  /** What the answer must look like. */
  readonly answer: S
}

/** A workspace's Unity Catalog, and the token it knows us by. */
export interface Http {
  /**
   * Sends one call, again after a failure that may pass; never again when a change may have been made already.
   * @throws {DeltaError} the code that tells the caller what to do; `invalid-data` for an answer that is none.
   */
  call<S extends z.ZodType>(call: Call<S>, options?: CallOptions): Promise<z.infer<S>>
  readonly runtime: Runtime
}

export interface HttpOptions {
  /** Scheme and authority, without a slash at the end. */
  readonly origin: string
  readonly token: string
  readonly fetch: typeof fetch
  readonly runtime: Runtime
}

const BASE = '/api/2.1/unity-catalog/'

/** After this long, in milliseconds, no call is repeated: as in Databricks' own clients. */
const PATIENCE = 5 * 60_000

export function httpClient({ origin, token, fetch, runtime }: HttpOptions): Http {
  const send = async (call: Call<z.ZodType>, where: string, signal: AbortSignal | undefined): Promise<Sent> => {
    let response: Response
    let body: string
    try {
      response = await fetch(`${origin}${BASE}${call.path}`, requestOf(call, token, signal))
      body = await response.text()
    } catch (cause) {
      throwIfAborted(signal)
      return { error: connectionBroke(call, where, cause, token), status: undefined }
    }
    if (response.ok) return { body }
    const { status, headers } = response
    const retryAfter = secondsOf(headers.get('retry-after'))
    return { error: parseErrorAnswer(where, { status, body, retryAfter }, token), status }
  }

  return {
    runtime,
    async call(call, { signal } = {}) {
      const where = `${call.what} at ${origin}`
      const deadline = runtime.now() + PATIENCE
      for (let attempt = 1; ; attempt++) {
        throwIfAborted(signal)
        const sent = await send(call, where, signal)
        if (sent.body !== undefined) return parseAnswer(where, call.answer, sent.body)
        const mayRepeat = isRefusedForNow(sent) || (call.method === 'GET' && isWorthAsking(sent))
        const wait = waitAfter(attempt, sent, runtime)
        if (!mayRepeat || runtime.now() + wait > deadline) throw sent.error
        await runtime.sleep(wait, signal)
      }
    },
  }
}

/** The text of a good answer, or why there is none. */
type Sent = { readonly body: string } | (Failure & { readonly body?: undefined })

function requestOf({ method, body }: Call<z.ZodType>, token: string, signal: AbortSignal | undefined): RequestInit {
  return {
    method,
    // A workspace does not redirect its API; a page to log in would answer 200 and mean nothing.
    redirect: 'manual',
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }
}

function connectionBroke(call: Call<z.ZodType>, where: string, cause: unknown, token: string): DeltaError {
  // `fetch` says "fetch failed"; why is in its cause.
  const root = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const advice = call.method === 'GET' ? '' : '; it may have been done all the same: look before you do it again'
  return new DeltaError(
    'unavailable',
    `${where} failed: the connection broke (${messageOf(root).replaceAll(token, '<token>')})${advice}`,
    { cause },
  )
}

function secondsOf(header: string | null): number | undefined {
  return header !== null && /^\d{1,9}$/.test(header.trim()) ? Number(header) : undefined
}

function parseAnswer<S extends z.ZodType>(where: string, shape: S, body: string): z.infer<S> {
  let json: unknown
  try {
    // Deleting answers with nothing.
    json = body.trim() === '' ? {} : JSON.parse(body)
  } catch {
    throw brokenAnswer(where, 'it is not JSON; is this the host of a workspace?')
  }
  const parsed = shape.safeParse(json)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the answer'}: ${message}`)
  throw brokenAnswer(where, problems.slice(0, 3).join('; '))
}

/** The answer itself is not quoted: an activation link in it is a secret. */
export function brokenAnswer(where: string, problem: string): DeltaError {
  return new DeltaError('invalid-data', `${where} failed: the answer is not what Unity Catalog promises: ${problem}`)
}
