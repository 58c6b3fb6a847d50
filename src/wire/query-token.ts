import { DeltaError } from '../errors.ts'
import { formatSignedText, parseSignedText } from './signed-text.ts'

/** Goes on with a query (`page`), or asks for the URLs of its answer again (`refresh`). */
export type QueryTokenKind = 'page' | 'refresh'

/** What an answer is pinned to. */
export interface QueryToken {
  /** The table version that the whole answer is about. */
  readonly version: number
  /** What else the answer keeps, in words of its own: of a page, how far those before it came. */
  readonly position: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/**
 * An opaque, signed token of URL-safe characters only, because Spark puts it into a URL unencoded.
 * @param scope who asked what: the recipient, the table and the query. It is signed, but is not in the token.
 */
export function formatQueryToken(
  key: string,
  kind: QueryTokenKind,
  scope: string,
  { version, position, expiresAt }: QueryToken,
): string {
  return formatSignedText(key, purposeOf(kind, scope), JSON.stringify([version, position, expiresAt]))
}

/**
 * The token that one of the keys signed for this scope.
 * @throws {DeltaError} `invalid-argument` in one wording for every other text, in another for one that has expired.
 */
export function parseQueryToken(
  keys: readonly string[],
  kind: QueryTokenKind,
  text: string,
  { scope, now }: { readonly scope: string; readonly now: number },
): QueryToken {
  const signed = parseSignedText(keys, purposeOf(kind, scope), text)
  if (signed === undefined) {
    throw new DeltaError(
      'invalid-argument',
      `invalid ${NAMES[kind]}: expected the one of an earlier answer to this very query; begin again without one`,
    )
  }
  // Whatever bears our signature has the shape that we gave it.
  const [version, position, expiresAt] = JSON.parse(signed) as [number, string, number]
  if (expiresAt > now) return { version, position, expiresAt }
  throw new DeltaError('invalid-argument', `the ${NAMES[kind]} has expired: begin again without one`)
}

const NAMES: Readonly<Record<QueryTokenKind, string>> = { page: 'pageToken', refresh: 'refreshToken' }

function purposeOf(kind: QueryTokenKind, scope: string): string {
  return `query ${kind} ${JSON.stringify(scope)}`
}
