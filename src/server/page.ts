import { DeltaError } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import { formatPageToken, parsePageToken } from '../wire/index.ts'

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextPageToken?: string
}

/** What a client asked for: `maxResults` and `pageToken` as they stand in the query string. */
export interface PageRequest {
  readonly maxResults?: string | undefined
  readonly pageToken?: string | undefined
}

/** The protocol's default and bound of a page, as the reference server has it. */
const MAX_RESULTS = 500
const TOKEN_LIFETIME = 72 * 3_600_000

/**
 * Cuts one page out of a list that is ordered by `key`. A page begins after the last key of the page before, so that
 * additions and removals between two pages shift nothing.
 * @param scope what the list is of and for whom: its tokens are good nowhere else.
 * @throws {DeltaError} `invalid-argument` for a `maxResults` or `pageToken` that is none.
 */
export async function pageOf<T>(
  items: readonly T[],
  key: (item: T) => string,
  request: PageRequest,
  {
    scope,
    runtime,
    signingKeys,
  }: {
    readonly scope: string
    readonly runtime: Runtime
    readonly signingKeys: () => Promise<readonly string[]>
  },
): Promise<Page<T>> {
  const size = parseMaxResults(request.maxResults)
  const now = runtime.now()
  const { pageToken } = request
  const after = pageToken ? parsePageToken(await signingKeys(), pageToken, { scope, now }) : undefined
  const rest = after === undefined ? items : items.filter((item) => key(item) > after)
  const page = rest.slice(0, size)
  if (page.length === rest.length) return { items: page }
  const last = page.at(-1)
  const [signingKey = ''] = await signingKeys()
  const next = { scope, after: last === undefined ? (after ?? '') : key(last), expiresAt: now + TOKEN_LIFETIME }
  return { items: page, nextPageToken: formatPageToken(signingKey, next) }
}

/** 0 is allowed: no items, but a token if there are any. */
function parseMaxResults(text: string | undefined): number {
  if (text === undefined || text === '') return MAX_RESULTS
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 31) return Math.min(Number(text), MAX_RESULTS)
  throw new DeltaError(
    'invalid-argument',
    `invalid maxResults ${JSON.stringify(text.slice(0, 40))}: expected a whole number from 0`,
  )
}
