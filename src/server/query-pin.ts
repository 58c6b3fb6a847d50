import { DeltaError } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import {
  formatQueryToken,
  parseQueryToken,
  type QueryToken,
  type SharedTableFacts,
  type TableQuery,
} from '../wire/index.ts'
import type { PagePosition } from './query-page.ts'
import type { Service } from './service.ts'
import { type Asker, TOKEN_LIFETIME, tokenScope } from './token-scope.ts'

/** What all pages of an answer have in common, and where one begins. */
export interface PageStart extends PagePosition {
  /** The table features by which the format is chosen. */
  readonly needed: readonly string[]
  readonly facts: SharedTableFacts
}

/** What the tokens of a query pin its answer to. */
export interface QueryPin {
  readonly version: number
  /** The table's own id at that version: another may be put in its place. */
  readonly deltaId: string
  readonly page?: PageStart
  /** When the tokens of this answer end: milliseconds since 1970. */
  readonly expiresAt: number
}

/** Who asks what of which table. */
export interface Asked extends Asker {
  readonly query: TableQuery
}

/**
 * What the tokens in a query pin it to; nothing where it has none.
 * @throws {DeltaError} `invalid-argument` for a token of another recipient, table or query, for one that has expired or is
 * none, and for a refresh token beside a version or timestamp.
 */
export async function parsePin(
  { runtime, signingKeys }: Pick<Service, 'runtime' | 'signingKeys'>,
  asked: Asked,
): Promise<QueryPin | undefined> {
  const { pageToken, refreshToken, version, timestamp } = asked.query
  const now = runtime.now()
  if (pageToken !== undefined) {
    const token = parseQueryToken(await signingKeys(), 'page', pageToken, { scope: pageScope(asked), now })
    return { version: token.version, expiresAt: token.expiresAt, ...parsePosition(token) }
  }
  if (refreshToken === undefined) return undefined
  if (version !== undefined || timestamp !== undefined) {
    throw new DeltaError('invalid-argument', 'please provide only one of: version, timestamp, refreshToken')
  }
  const token = parseQueryToken(await signingKeys(), 'refresh', refreshToken, { scope: refreshScope(asked), now })
  return { version: token.version, expiresAt: token.expiresAt, deltaId: token.position }
}

/**
 * When the tokens of an answer end. Until then the recipient may go on with it, whatever the share shows meanwhile: also with
 * a version of a table whose history is not shared. A refresh does not prolong it.
 */
export function pinExpiry({ runtime }: Pick<Service, 'runtime'>, pin: QueryPin | undefined): number {
  return pin?.expiresAt ?? runtime.now() + TOKEN_LIFETIME
}

/** The token for the page that begins there. */
export function formatPageStart(
  key: string,
  asked: Asked,
  { version, deltaId, expiresAt, page }: QueryPin & { readonly page: PageStart },
): string {
  const { after, rows, needed, facts } = page
  const position = JSON.stringify([deltaId, after, rows, needed, facts])
  return formatQueryToken(key, 'page', pageScope(asked), { version, position, expiresAt })
}

/** The token that asks for the same version again. */
export function formatRefresh(key: string, asked: Asked, { version, deltaId, expiresAt }: QueryPin): string {
  return formatQueryToken(key, 'refresh', refreshScope(asked), { version, position: deltaId, expiresAt })
}

function parsePosition({ position }: QueryToken): Pick<Required<QueryPin>, 'deltaId' | 'page'> {
  // Whatever bears our signature has the shape that we gave it.
  const [deltaId, after, rows, needed, facts] = JSON.parse(position) as [
    string,
    string,
    number,
    string[],
    SharedTableFacts,
  ]
  return { deltaId, page: { after, rows, needed, facts } }
}

/** Pages belong to one query; how many files each has may differ from page to page. */
function pageScope(asked: Asked): string {
  const { sqlHints, jsonHint, limit, version, timestamp } = asked.query
  // What comes from a body is JSON.
  const hint = (jsonHint ?? null) as JsonValue
  return tokenScope(asked, [[...sqlHints], hint, limit ?? null, version ?? null, timestamp ?? null])
}

/** Clients leave out conditions and limit when they ask again, and get more files than they had. */
function refreshScope(asked: Asked): string {
  return tokenScope(asked)
}
