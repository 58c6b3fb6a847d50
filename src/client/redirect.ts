import { DeltaError } from '../errors.ts'

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const MAX_REDIRECTS = 5

/**
 * Sends a request that bears a secret: redirects are followed within the origin only, with the same method and body.
 * @throws {DeltaError} `invalid-argument` for a redirect to another origin, which the message names, for one that a browser
 * does not let us see, and for a loop.
 */
export async function fetchSameOrigin(
  fetch: typeof globalThis.fetch,
  what: string,
  url: string,
  init: RequestInit,
): Promise<Response> {
  let target = url
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(target, { ...init, redirect: 'manual' })
    if (!REDIRECTS.has(response.status) && response.type !== 'opaqueredirect') return response
    void response.body?.cancel().catch(() => {})
    target = targetOf(what, target, response.headers.get('location'))
  }
  throw refused(what, `redirects more than ${MAX_REDIRECTS} times`)
}

function targetOf(what: string, from: string, location: string | null): string {
  if (location === null || !URL.canParse(location, from)) throw refused(what, 'redirects, and does not say where to')
  const target = new URL(location, from)
  const { origin } = new URL(from)
  if (target.origin === origin) return target.href
  throw refused(what, `redirects to another origin, ${target.origin}, and the token is for ${origin} only`)
}

function refused(what: string, problem: string): DeltaError {
  return new DeltaError(
    'invalid-argument',
    `${what} failed: the server ${problem}: ask your share provider for a profile with the right endpoint`,
  )
}
