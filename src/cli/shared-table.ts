import { openProfile, type SharedCatalog, type SharedTable } from '../client/index.ts'
import { DeltaError } from '../errors.ts'
import { parseProfile } from '../wire/index.ts'
import type { Session } from './session.ts'
import { readText } from './text-file.ts'

/** The shares that a profile file opens. */
export async function catalogOf(profile: string, session: Session): Promise<SharedCatalog> {
  return openProfile(parseProfile(await readText(profile, 'the profile file', session)), { runtime: session.runtime })
}

/**
 * `config.share#share.schema.table`, as the official clients write it.
 * @throws {DeltaError} `invalid-argument` where no table is named.
 */
export async function sharedTableOf(text: string, session: Session): Promise<SharedTable> {
  const at = text.lastIndexOf('#')
  if (at < 0) {
    throw new DeltaError(
      'invalid-argument',
      `${text} names no table: expected <profile file>#<share>.<schema>.<table>; "deltaquill shared list ${text}" shows them`,
    )
  }
  const catalog = await catalogOf(text.slice(0, at), session)
  return catalog.table(text.slice(at + 1))
}
