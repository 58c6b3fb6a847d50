import { DeltaError, isDeltaError, messageOf } from '../errors.ts'
import { type Invitation, isoTime } from '../manifest/index.ts'
import { mayBeMade, untilAnswered } from './answer-lost.ts'
import { findNamed, isHostedByUs, notOurs } from './find-recipient.ts'
import { marked } from './marker.ts'
import type { PlaneContext } from './plane-context.ts'
import type { CatalogRecipient } from './recipient.ts'
import type { RecipientRecord } from './recipient-record.ts'

type Terms = Pick<RecipientRecord, 'name' | 'catalogName' | 'tokenLifetime' | 'allowedIps'>
const DAY = 86_400_000
/** Clocks differ, by less than this in milliseconds. */
const CLOSE = 3_600_000

type CatalogToken = CatalogRecipient['tokens'][number]

/**
 * Makes a recipient whose tokens Databricks hosts, with the link to the first. One that an earlier attempt left, whose link
 * nobody has been given, gets a new link.
 * @throws {DeltaError} `already-exists` where the name is somebody else's.
 */
export async function createHosted(context: PlaneContext, terms: Terms): Promise<Invitation> {
  const { catalog, ledger, runtime } = context
  const { catalogName: name, tokenLifetime, allowedIps } = terms
  const left = await findNamed(context, name)
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
    const made = await findNamed(context, name)
    if (made === undefined) throw error
    return takeOver(context, terms, made)
  }
}

async function takeOver(context: PlaneContext, terms: Terms, left: CatalogRecipient): Promise<Invitation> {
  if (!isHostedByUs(context, left)) throw notOurs(context, left)
  const { catalogName, allowedIps } = terms
  await untilAnswered(() => context.catalog.recipients.update(catalogName, { allowedIps }))
  return rotateHosted(context, terms, left, 0)
}

/**
 * Gives a recipient another token, with the link to it, and ends those that are out after `overlap` milliseconds: that comes
 * first, and none ever ends later by it.
 * @throws {DeltaError} `conflict` while two tokens live, which is as many as there may be, and neither is to end at once.
 */
export async function rotateHosted(
  context: PlaneContext,
  terms: Terms,
  before: CatalogRecipient,
  overlap: number,
): Promise<Invitation> {
  const living = livingTokens(context, before)
  if (living.length > 1) throw twoTokens(terms.name, living)
  const link = await nextLink(context, terms.catalogName, before, overlap)
  const mayOutliveOverlap = overlap > 0 && living.some(({ activationUrl }) => activationUrl === undefined)
  return invitationOf(terms, await onTerms(context, terms, link, mayOutliveOverlap))
}

async function nextLink(
  { catalog: { recipients } }: PlaneContext,
  name: string,
  before: CatalogRecipient,
  overlap: number,
): Promise<OpenLink> {
  try {
    return newestLink(await recipients.rotateToken(name, { existingExpiresIn: overlap }), before.tokens)
  } catch (error) {
    if (!isDeltaError(error, 'unavailable')) throw error
    const link = findNewLink(await recipients.get(name), before.tokens)
    if (link === undefined) throw error
    return link
  }
}

/**
 * Has a new token live as long as was agreed: Databricks has let it live as long as the metastore says. The end is set of all
 * tokens of a recipient, so that it stays as it is while an older one lives, which must not live longer by it. That is told; no
 * link is lost for it.
 */
async function onTerms(
  { catalog, runtime, warn }: PlaneContext,
  { name, catalogName, tokenLifetime }: Terms,
  link: OpenLink,
  hasOlder: boolean,
): Promise<OpenLink> {
  const expiresAt = runtime.now() + tokenLifetime
  const { expiresAt: given = Number.POSITIVE_INFINITY } = link
  if (Math.abs(given - expiresAt) < CLOSE) return link
  const end = Number.isFinite(given) ? `at ${isoTime(given)}` : 'never'
  const fault = `recipient ${name}: its new token ends ${end}, as the metastore says, and not at ${isoTime(expiresAt)}`
  if (hasOlder) {
    const days = Math.round(tokenLifetime / DAY)
    warn(
      `${fault}: Databricks would have the older one live longer too; have a metastore admin let tokens live ${days} days, or rotate with an overlap of 0`,
    )
    return link
  }
  try {
    const { tokens } = await untilAnswered(() => catalog.recipients.update(catalogName, { expiresAt }))
    return tokens.filter(hasLink).find(({ activationUrl }) => activationUrl === link.activationUrl) ?? link
  } catch (error) {
    warn(`${fault}, which could not be set: ${messageOf(error)}`)
    return link
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
