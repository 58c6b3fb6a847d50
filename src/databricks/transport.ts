import type { z } from 'zod'
import { type Blame, DeltaError, messageOf, throwIfAborted } from '../errors.ts'
import { parseRetryAfter } from '../retry-after.ts'
import type { Runtime } from '../runtime.ts'
import { parseErrorAnswer } from './error-answer.ts'
import { quotes, redact } from './redact.ts'
import { type Failure, isRefusedForNow, isWorthAsking, waitAfter } from './retry.ts'

/** What every call takes last. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/** One request, whatever it is for. */
export interface Sending<S extends z.ZodType> {
  /** What is done and where, for messages. */
  readonly where: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** Whether it may be sent again where nobody knows what the server did: because it changes nothing. */
  readonly repeatable: boolean
  /** What is taken out of messages, should anybody quote it. */
  readonly secrets: readonly string[]
  /** What the answer must look like. */
  readonly answer: S
}

/** Requests over `fetch`, and the clock by which they are repeated. */
export interface Transport {
  readonly fetch: typeof fetch
  readonly runtime: Runtime
}

/** After this long, in milliseconds, no request is repeated: as in Databricks' own clients. */
const PATIENCE = 5 * 60_000
/** So long, in milliseconds, an answer may take, a statement's first one included: as in Databricks' own clients. */
const LONGEST_ANSWER = 60_000

/**
 * Sends a request, again after a failure that may pass; never again when a change may have been made already.
 * @throws {DeltaError} the code that tells the caller what to do; `invalid-data` for an answer that is none.
 */
export async function send<S extends z.ZodType>(
  { fetch, runtime }: Transport,
  sending: Sending<S>,
  { signal }: CallOptions = {},
): Promise<z.infer<S>> {
  const deadline = runtime.now() + PATIENCE
  for (let attempt = 1; ; attempt++) {
    throwIfAborted(signal)
    const sent = await sendOnce({ fetch, runtime }, sending, signal)
    if (sent.body !== undefined) return parseAnswer(sending, sent.body)
    const mayRepeat = isRefusedForNow(sent) || (sending.repeatable && isWorthAsking(sent, attempt))
    const wait = waitAfter(attempt, sent, runtime)
    if (!mayRepeat || runtime.now() + wait > deadline) throw sent.error
    await runtime.sleep(wait, signal)
  }
}

/** The answer itself is not quoted: an activation link in it is a secret. */
export function brokenAnswer(where: string, problem: string, blame: Blame = 'databricks'): DeltaError {
  return new DeltaError('invalid-data', `${where} failed: the answer is not what Databricks promises: ${problem}`, {
    blame,
  })
}

/** The text of a good answer, or why there is none. */
type Sent = { readonly body: string } | (Failure & { readonly body?: undefined })

async function sendOnce(
  { fetch, runtime }: Transport,
  sending: Sending<z.ZodType>,
  signal: AbortSignal | undefined,
): Promise<Sent> {
  const { where, method, url, headers, body, secrets } = sending
  const patience = new AbortController()
  const stopWaiting = runtime.alarm(LONGEST_ANSWER, () => patience.abort(noAnswer()))
  let response: Response
  let text: string
  try {
    response = await fetch(url, {
      method,
      // A workspace does not redirect its API; a page to log in would answer 200 and mean nothing.
      redirect: 'manual',
      headers: { accept: 'application/json', ...headers },
      ...(body === undefined ? {} : { body }),
      signal: signal === undefined ? patience.signal : AbortSignal.any([signal, patience.signal]),
    })
    text = await response.text()
  } catch (cause) {
    throwIfAborted(signal)
    const error = isNoHost(cause) ? noHost(sending, cause) : connectionBroke(sending, cause)
    return { error, status: undefined, isNoHost: isNoHost(cause) }
  } finally {
    stopWaiting()
  }
  if (response.ok) return { body: text }
  const { status } = response
  const retryAfter = parseRetryAfter(response.headers.get('retry-after'), runtime.now())
  return { error: parseErrorAnswer(where, { status, body: text, retryAfter }, secrets), status }
}

function connectionBroke({ where, repeatable, secrets }: Sending<z.ZodType>, cause: unknown): DeltaError {
  // `fetch` says "fetch failed"; why is in its cause.
  const root = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const advice = repeatable ? '' : '; it may have been done all the same: look before you do it again'
  return new DeltaError(
    'unavailable',
    `${where} failed: the connection broke (${redact(messageOf(root), secrets)})${advice}`,
    quotes(cause, secrets) ? {} : { cause },
  )
}

/** The name leads nowhere. Nothing was sent. */
function isNoHost(thrown: unknown): boolean {
  const cause = thrown instanceof Error ? thrown.cause : undefined
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOTFOUND'
}

function noHost({ where, url, secrets }: Sending<z.ZodType>, cause: unknown): DeltaError {
  return new DeltaError(
    'unavailable',
    `${where} failed: there is no host ${new URL(url).host}; look whether it is that of the workspace, and whether this machine is connected`,
    { blame: 'kadoa', ...(quotes(cause, secrets) ? {} : { cause }) },
  )
}

function noAnswer(): Error {
  return new Error(`no answer within ${LONGEST_ANSWER / 1000} seconds`)
}

function parseAnswer<S extends z.ZodType>({ where, method, answer }: Sending<S>, body: string): z.infer<S> {
  let json: unknown
  try {
    // Deleting answers with nothing; to a question, that would be an empty list.
    json = body.trim() === '' && method !== 'GET' ? {} : JSON.parse(body)
  } catch {
    if (/^\s*\{/.test(body)) throw brokenAnswer(where, 'it is JSON that breaks off; do it again')
    throw brokenAnswer(where, 'it is not JSON; look whether this is the host of a workspace', 'kadoa')
  }
  const parsed = answer.safeParse(json)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the answer'}: ${message}`)
  throw brokenAnswer(where, problems.slice(0, 3).join('; '))
}
