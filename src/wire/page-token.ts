import { DeltaError } from '../errors.ts'
import { formatSignedText, parseSignedText } from './signed-text.ts'

/** Where the next page of a list begins. */
export interface PageToken {
  /** Who lists what: a token is good for the list it came from and for nothing else. */
  readonly scope: string
  /** The last item that was given, in the list's order; the next page begins after it. */
  readonly after: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

const PURPOSE = 'page'

/** An opaque, signed token of URL-safe characters only, because some clients put it into a URL unencoded. */
export function formatPageToken(key: string, { scope, after, expiresAt }: PageToken): string {
  return formatSignedText(key, PURPOSE, JSON.stringify([scope, after, expiresAt]))
}

/**
 * Where to go on: the `after` of a token that one of the keys signed for this scope and that has not expired.
 * @throws {DeltaError} `invalid-argument` in one wording for every other text.
 */
export function parsePageToken(
  keys: readonly string[],
  text: string,
  { scope, now }: { readonly scope: string; readonly now: number },
): string {
  const signed = parseSignedText(keys, PURPOSE, text)
  // Whatever bears our signature has the shape that we gave it.
  const token = signed === undefined ? [] : (JSON.parse(signed) as [string, string, number])
  const [tokenScope, after, expiresAt] = token
  if (tokenScope === scope && after !== undefined && expiresAt !== undefined && expiresAt > now) return after
  throw new DeltaError(
    'invalid-argument',
    'invalid pageToken: expected the nextPageToken of an earlier page of this list; begin again without one',
  )
}
