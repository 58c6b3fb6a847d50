import { DeltaError, type DeltaErrorCode, messageOf } from '../errors.ts'
import { parseActivationCode } from '../manifest/index.ts'
import { type Profile, parseProfile } from '../wire/index.ts'

/**
 * Redeems an activation link at its server, as a recipient does. It works once: keep what it gives.
 * @throws {DeltaError} `invalid-argument` for something that is no link, `not-found` or `permission-denied` when the
 * server does not take it, `unavailable` when the server cannot be reached. No message holds the link.
 */
export async function activateAt(link: string, signal: AbortSignal): Promise<Profile> {
  parseActivationCode(link)
  const url = URL.canParse(link) ? new URL(link) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new DeltaError(
      'invalid-argument',
      'a code alone does not say which server to ask: give the whole link, or the root with --root',
    )
  }
  const answer = await post(url, signal)
  const body = await answer.text()
  if (answer.ok) return parseProfile(body)
  throw new DeltaError(
    REACTIONS.get(answer.status) ?? 'unavailable',
    `the server ${url.host} did not redeem the link: ${serverMessage(body) ?? `it answered with status ${answer.status}; ask your share provider whether the link is right`}`,
  )
}

const REACTIONS: ReadonlyMap<number, DeltaErrorCode> = new Map([
  [400, 'invalid-argument'],
  [401, 'unauthenticated'],
  [403, 'permission-denied'],
  [404, 'not-found'],
  [410, 'not-found'],
  [429, 'rate-limited'],
])

async function post(url: URL, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { method: 'POST', headers: { accept: 'application/json' }, signal, redirect: 'error' })
  } catch (cause) {
    if (signal.aborted) throw new DeltaError('aborted', 'the caller aborted the activation', { cause })
    const reason = cause instanceof Error && cause.cause !== undefined ? messageOf(cause.cause) : messageOf(cause)
    throw new DeltaError('unavailable', `the server ${url.host} cannot be reached: ${reason}; is it running?`, {
      cause,
    })
  }
}

/** What a server says in its own words, if it answers in JSON as the sharing protocol does. */
function serverMessage(body: string): string | undefined {
  try {
    const { message } = JSON.parse(body)
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined
  }
}
