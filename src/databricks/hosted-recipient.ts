import { DeltaError, isDeltaError } from '../errors.ts'
import { type Invitation, isoTime } from '../manifest/index.ts'
import { mayBeMade } from './answer-lost.ts'
import { findCatalogRecipient, isHostedByUs, notOurs } from './find-recipient.ts'
import { marked } from './marker.ts'
import type { PlaneContext } from './plane-context.ts'
import type { CatalogRecipient } from './recipient.ts'
import type { RecipientRecord } from './recipient-record.ts'

type Terms = Pick<RecipientRecord, 'name' | 'catalogName' | 'tokenLifetime' | 'allowedIps'>
type CatalogToken = CatalogRecipient['tokens'][number]

/**
 * Makes a recipient whose tokens Databricks hosts, with the link to the first. One that an earlier attempt left, whose link
 * nobody has been given, gets a new link.
 * @throws {DeltaError} `already-exists` where the name is somebody else's.
 */
export async function createHosted(context: PlaneContext, terms: Terms): Promise<Invitation> {
  const { catalog, ledger, runtime } = context
  const { catalogName: name, tokenLifetime, allowedIps } = terms
  const left = await findCatalogRecipient(context, name)
  if (left !== undefined) return takeOver(context, terms, left)
  try {
    const created = await catalog.recipients.create({
      name,
      authenticationType: 'TOKEN',
      comment: marked(ledger, undefined),
      expiresAt: runtime.now() + tokenLifetime,
      ...(allowedIps.length === 0 ? {} : { allowedIps }),
    })
    return invitationOf(terms, newestLink(created, []))
  } catch (error) {
    if (!mayBeMade(error)) throw error
    const made = await findCatalogRecipient(context, name)
    if (made === undefined) throw error
    return takeOver(context, terms, made)
  }
}

async function takeOver(context: PlaneContext, terms: Terms, left: CatalogRecipient): Promise<Invitation> {
  if (!isHostedByUs(context, left)) throw notOurs(context, left)
  await context.catalog.recipients.update(terms.catalogName, { allowedIps: terms.allowedIps })
  return rotateHosted(context, terms, left, 0)
}

/**
 * Gives a recipient another token, with the link to it, and ends those that are out after `overlap` milliseconds.
 * @throws {DeltaError} `conflict` while two tokens live, which is as many as there may be, and neither is to end at once.
 */
export async function rotateHosted(
  context: PlaneContext,
  terms: Terms,
  before: CatalogRecipient,
  overlap: number,
): Promise<Invitation> {
  const { recipients } = context.catalog
  const { catalogName: name, tokenLifetime } = terms
  const now = context.runtime.now()
  const living = livingTokens(context, before)
  if (living.length > 1) throw twoTokens(terms.name, living)
  // The old token ends by the overlap whatever this makes of it; without this, the new one lives as the metastore says.
  await recipients.update(name, { expiresAt: now + tokenLifetime })
  try {
    return invitationOf(
      terms,
      newestLink(await recipients.rotateToken(name, { existingExpiresIn: overlap }), before.tokens),
    )
  } catch (error) {
    if (!isDeltaError(error, 'unavailable')) throw error
    const after = await recipients.get(name)
    const link = findNewLink(after, before.tokens)
    if (link === undefined) throw error
    return invitationOf(terms, link)
  }
}

/** The tokens that can still be used, or be had by their link. */
export function livingTokens({ runtime }: PlaneContext, { tokens }: CatalogRecipient): CatalogToken[] {
  const now = runtime.now()
  return tokens.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
}

type OpenLink = CatalogToken & { readonly activationUrl: string }

function findNewLink({ tokens }: CatalogRecipient, before: readonly CatalogToken[]): OpenLink | undefined {
  const known = new Set(before.map(({ activationUrl }) => activationUrl))
  return tokens.filter(hasLink).find(({ activationUrl }) => !known.has(activationUrl))
}

function hasLink(token: CatalogToken): token is OpenLink {
  return token.activationUrl !== undefined
}

function newestLink(recipient: CatalogRecipient, before: readonly CatalogToken[]): OpenLink {
  const link = findNewLink(recipient, before)
  if (link !== undefined) return link
  throw new DeltaError(
    'invalid-data',
    `Databricks gave recipient ${recipient.name} a token and no link to it; rotate it for another`,
    { blame: 'databricks' },
  )
}

function invitationOf({ name }: Terms, { activationUrl, expiresAt = 0 }: OpenLink): Invitation {
  const end = isoTime(expiresAt)
  // Databricks does not let a link end before its token.
  return { name, activationCode: codeOf(activationUrl), activationUrl, activationExpiresAt: end, expiresAt: end }
}

/** What in a link is the secret: its query, else the last part of its path; all of what is no URL. */
function codeOf(activationUrl: string): string {
  // The error that a URL throws quotes what it was given.
  if (!URL.canParse(activationUrl)) return activationUrl
  const { search, pathname } = new URL(activationUrl)
  return search === '' ? pathname.slice(pathname.lastIndexOf('/') + 1) : search.slice(1)
}

function twoTokens(name: string, living: readonly CatalogToken[]): DeltaError {
  const ends = living.map(({ expiresAt }) => expiresAt ?? Number.POSITIVE_INFINITY)
  const first = Math.min(...ends)
  const until = Number.isFinite(first) ? ` until ${isoTime(first)}` : ''
  return new DeltaError(
    'conflict',
    `recipient ${name} has two tokens that live, the most that Databricks allows,${until}: rotate after that, or with an overlap of 0 (connector rotate --overlap 0s), which ends both at once`,
    { blame: 'kadoa' },
  )
}
