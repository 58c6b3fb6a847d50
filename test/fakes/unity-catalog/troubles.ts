/**
 * What goes wrong with a call: it is answered otherwise or its connection breaks (`instead`), or it is done and its answer
 * is lost or becomes another (`after`).
 */
export type Trouble = { readonly instead: Response | Error } | { readonly after: Response | Error }

interface Waiting {
  readonly pattern: RegExp
  readonly trouble: Trouble
  left: number
}

/** What is going to go wrong. The first that fits a call is taken. */
export class Troubles {
  readonly #waiting: Waiting[] = []

  /** For the next calls, whatever they are, one each. */
  push(...troubles: readonly Trouble[]): void {
    for (const trouble of troubles) this.on(/./, trouble)
  }

  /**
   * For the next `times` calls that fit: a call is `<method> <path>`, with the path below `/api/2.1/unity-catalog/`, or the
   * whole of it elsewhere.
   */
  on(pattern: RegExp, trouble: Trouble, times = 1): void {
    this.#waiting.push({ pattern, trouble, left: times })
  }

  clear(): void {
    this.#waiting.length = 0
  }

  take(call: string): Trouble | undefined {
    const found = this.#waiting.find(({ pattern }) => pattern.test(call))
    if (found === undefined) return undefined
    found.left--
    if (found.left <= 0) this.#waiting.splice(this.#waiting.indexOf(found), 1)
    return found.trouble
  }
}

/** The answer that a trouble gives, as often as it is taken. */
export function played(outcome: Response | Error): Response {
  if (outcome instanceof Error) throw outcome
  return outcome.clone()
}

/** "Later": 429 or 503, in `seconds`. */
export function later(status: 429 | 503, seconds: number): Trouble {
  const code = status === 429 ? 'REQUEST_LIMIT_EXCEEDED' : 'TEMPORARILY_UNAVAILABLE'
  return refusing(status, code, 'Try again later.', { 'retry-after': String(seconds) })
}

export function refusing(
  status: number,
  errorCode: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Trouble {
  return { instead: Response.json({ error_code: errorCode, message, details: [] }, { status, headers }) }
}

/** The connection breaks before anything is done. */
export const unreachable: Trouble = { instead: new TypeError('fetch failed', { cause: new Error('ECONNRESET') }) }

/** It is done, and the connection breaks before the answer comes. */
export const answerLost: Trouble = { after: new TypeError('fetch failed', { cause: new Error('ECONNRESET') }) }
