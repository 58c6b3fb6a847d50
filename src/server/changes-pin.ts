import type { JsonValue } from '../json.ts'
import { formatQueryToken, parseQueryToken, type ResponseFormat } from '../wire/index.ts'
import type { VersionRange } from './changes-range.ts'
import type { Service } from './service.ts'
import { type Asker, TOKEN_LIFETIME, tokenScope } from './token-scope.ts'

/** Where a page of changes begins. */
export interface ChangesPosition {
  readonly version: number
  /** Files of this version that the pages before told of. */
  readonly files: number
}

/** What all pages of an answer have in common, and where one begins. */
export interface ChangesPin extends VersionRange {
  /** The table's own id at the first version: another may be put in its place. */
  readonly deltaId: string
  /** The newest version that was shown when the answer began: the head of all pages tells of it. */
  readonly newest: number
  readonly position: ChangesPosition
  readonly format: ResponseFormat
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** Who asks for which changes of which table. */
export interface ChangesAsked extends Asker {
  /** Of the query, all that decides what its answer holds, in a fixed order. */
  readonly wanted: readonly JsonValue[]
}

/** When the tokens end of an answer that begins now: milliseconds since 1970. */
export function changesExpiry({ runtime }: Pick<Service, 'runtime'>): number {
  return runtime.now() + TOKEN_LIFETIME
}

/** @throws {DeltaError} `invalid-argument` for a token of another recipient, table or query, and for one that has expired. */
export async function parseChangesPin(
  { runtime, signingKeys }: Pick<Service, 'runtime' | 'signingKeys'>,
  asked: ChangesAsked,
  pageToken: string,
): Promise<ChangesPin> {
  const keys = await signingKeys()
  const token = parseQueryToken(keys, 'page', pageToken, { scope: scopeOf(asked), now: runtime.now() })
  // Whatever bears our signature has the shape that we gave it.
  const [deltaId, from, newest, version, files, format] = JSON.parse(token.position) as [
    string,
    number,
    number,
    number,
    number,
    ResponseFormat,
  ]
  const { version: to, expiresAt } = token
  return { deltaId, from, to, newest, position: { version, files }, format, expiresAt }
}

/** The token for the page that begins there. */
export function formatChangesPin(
  key: string,
  asked: ChangesAsked,
  { deltaId, from, to, newest, position, format, expiresAt }: ChangesPin,
): string {
  const text = JSON.stringify([deltaId, from, newest, position.version, position.files, format])
  return formatQueryToken(key, 'page', scopeOf(asked), { version: to, position: text, expiresAt })
}

function scopeOf(asked: ChangesAsked): string {
  return tokenScope(asked, ['changes', ...asked.wanted])
}
