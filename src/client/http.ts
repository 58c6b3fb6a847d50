import { DeltaError, isDeltaError, messageOf, throwIfAborted } from '../errors.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'
import { parseErrorAnswer } from '../wire/index.ts'

/** What the client needs of the world. */
export interface ClientOptions {
  readonly fetch?: typeof fetch
  readonly runtime?: Runtime
}

/** Sends reads, which may be repeated, and gives back answers that are good. */
export interface Http {
  /**
   * Sends a request and reads its answer, again after a failure that may pass (429, 5xx, a broken connection), waiting
   * as long as the server says.
   * @param what what is asked, for messages; the URL never is, for it may be signed.
   * @param read takes the answer in whole; when the connection breaks in there, the request is sent again.
   * @throws {DeltaError} the code that tells the caller what to do; `unavailable` or `rate-limited` only when the
   * repetitions are used up.
   */
  request<T>(what: string, url: string, init: RequestInit, read: (response: Response) => Promise<T>): Promise<T>
  readonly runtime: Runtime
}

const MAX_ATTEMPTS = 6
const FIRST_WAIT = 250
const MAX_WAIT = 30_000
/** Milliseconds after the first failure within which it is tried again: `fetch` waits minutes for a silent server. */
const PATIENCE = 120_000

export function httpClient({ fetch = globalThis.fetch, runtime = systemRuntime }: ClientOptions): Http {
  const once = async <T>(
    what: string,
    url: string,
    init: RequestInit,
    read: (response: Response) => Promise<T>,
  ): Promise<T> => {
    if (!URL.canParse(url)) throw new DeltaError('invalid-data', `${what} failed: the URL for it is none`)
    try {
      const response = await fetch(url, init)
      if (!response.ok) throw await errorOf(what, response)
      return await read(response)
    } catch (cause) {
      throwIfAborted(init.signal ?? undefined)
      if (isDeltaError(cause)) throw cause
      throw new DeltaError('unavailable', `${what} failed: the connection broke (${messageOf(rootOf(cause))})`, {
        cause,
      })
    }
  }

  return {
    runtime,
    async request(what, url, init, read) {
      let firstFailure: number | undefined
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(what, url, init, read)
        } catch (error) {
          firstFailure ??= runtime.now()
          const isSpent = attempt === MAX_ATTEMPTS || runtime.now() - firstFailure > PATIENCE
          if (isSpent || !mayPass(error)) throw error
          await runtime.sleep(waitFor(error, attempt, runtime), init.signal ?? undefined)
        }
      }
    },
  }
}

function mayPass(error: unknown): error is DeltaError {
  return isDeltaError(error, 'unavailable') || isDeltaError(error, 'rate-limited')
}

/** As long as the server says; else doubling from time to time, with jitter so that many clients spread out. */
function waitFor(error: DeltaError, attempt: number, runtime: Runtime): number {
  const { retryAfter } = error.details
  if (retryAfter !== undefined) return Math.min(retryAfter * 1000, MAX_WAIT)
  return Math.min(FIRST_WAIT * 2 ** (attempt - 1), MAX_WAIT) * (0.5 + runtime.random() / 2)
}

async function errorOf(what: string, response: Response): Promise<DeltaError> {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  // Only the sharing server's own words are passed on: an object store quotes signatures and keys in its XML.
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  const body = await response.text()
  return parseErrorAnswer(
    what,
    response.status,
    isJson ? body : '',
    Number.isFinite(retryAfter) ? retryAfter : undefined,
  )
}

/** `fetch` says "fetch failed"; why is in its cause. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error
}
