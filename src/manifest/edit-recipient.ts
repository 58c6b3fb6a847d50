import { DeltaError } from '../errors.ts'
import { createRecord, sameJson } from '../record/index.ts'
import { systemRuntime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import { type Invitation, newLink } from './invitation.ts'
import { checkRecipientName } from './name.ts'
import type { ManifestOptions } from './options.ts'
import {
  changeRecipient,
  findRecipient,
  noRecipient,
  type Recipient,
  recipientKey,
  recipientShape,
} from './recipient.ts'
import { checkDuration, checkedTerms, type RecipientTerms } from './recipient-terms.ts'
import { loadServerSettings } from './server-settings.ts'
import { DAY, hasPassed, isoTime } from './time.ts'
import { MANIFEST_VERSION } from './version.ts'

const DEFAULT_OVERLAP = DAY
const MAX_OVERLAP = 7 * DAY

export interface NewRecipient extends RecipientTerms {
  readonly name: string
}

/** Terms as they are to be. What is not said stays; null takes away. */
export interface RecipientChange {
  readonly name: string
  readonly expiresIn?: number | undefined
  readonly allowedIps?: readonly string[] | undefined
  readonly endpoint?: string | null | undefined
}

/**
 * Creates a recipient with an activation link that is good for 72 hours. No token exists before the link is redeemed.
 * @throws {DeltaError} `already-exists`; `invalid-argument` for a name, a lifetime, an address or an endpoint that is
 * not allowed.
 */
export async function createRecipient(
  store: ObjectStore,
  recipient: NewRecipient,
  options: ManifestOptions = {},
): Promise<Invitation> {
  const uninvited = newRecipient(recipient, options)
  const settings = await loadServerSettings(store, options)
  const link = newLink(recipient.name, (options.runtime ?? systemRuntime).now())
  const created = { ...uninvited, activation: link.activation(uninvited) }
  await storeRecipient(store, created, options)
  return link.invitation(created, settings)
}

/** Puts a recipient where none of its name is. @throws {DeltaError} `already-exists`. */
export async function storeRecipient(
  store: ObjectStore,
  recipient: Recipient,
  options: ManifestOptions,
): Promise<void> {
  const { name, id } = recipient
  const isOurs = (existing: Recipient): boolean => existing.id === id
  if (await createRecord(store, recipientKey(name), recipientShape, recipient, isOurs, options)) return
  throw new DeltaError(
    'already-exists',
    `could not create recipient ${JSON.stringify(name)}: ${store.location} has one of that name; rotate it for a new link, or choose another name`,
  )
}

/** A recipient that is not written yet and has no link. @throws {DeltaError} `invalid-argument`. */
export function newRecipient(
  { name, ...terms }: NewRecipient,
  { runtime = systemRuntime }: ManifestOptions,
): Recipient {
  checkRecipientName(name)
  return {
    manifestVersion: MANIFEST_VERSION,
    name,
    id: runtime.uuid(),
    createdAt: isoTime(runtime.now()),
    ...checkedTerms(terms),
    tokens: [],
    activation: null,
    grants: [],
  }
}

/**
 * Changes the terms of a recipient. Addresses count at once, also for the link that waits to be opened; the lifetime
 * and the endpoint from the next link on.
 * @throws {DeltaError} `not-found`; `invalid-argument` as {@link createRecipient}.
 */
export async function setRecipient(
  store: ObjectStore,
  { name, ...change }: RecipientChange,
  options: ManifestOptions = {},
): Promise<void> {
  await changeRecipient(store, name, (recipient) => onTerms(recipient, change), options)
}

/** The recipient on other terms; the very same one where none is different. @throws {DeltaError} `invalid-argument`. */
export function onTerms(recipient: Recipient, change: Omit<RecipientChange, 'name'>): Recipient {
  const { expiresIn = recipient.tokenLifetime, allowedIps = recipient.allowedIps } = change
  const { endpoint = recipient.endpoint } = change
  const changed = { ...recipient, ...checkedTerms({ expiresIn, allowedIps, endpoint: endpoint ?? undefined }) }
  return sameJson(changed, recipient) ? recipient : changed
}

/**
 * Makes a new activation link and lets the tokens that are out die after `overlap` milliseconds (24 hours unless said;
 * 0 is at once; their own expiry still holds). A link that was not opened yet is void. An endpoint is that of this link and of
 * later ones.
 * @throws {DeltaError} `not-found`; `invalid-argument` for an overlap beyond 7 days, and for what is no endpoint.
 */
export async function rotateRecipient(
  store: ObjectStore,
  {
    name,
    overlap,
    endpoint,
  }: { readonly name: string; readonly overlap?: number | undefined; readonly endpoint?: string | undefined },
  options: ManifestOptions = {},
): Promise<Invitation> {
  const now = (options.runtime ?? systemRuntime).now()
  const deadline = now + checkedOverlap(overlap)
  return renewLink(store, name, { now, deadline }, (recipient) => onTerms(recipient, { endpoint }), options)
}

/** Milliseconds that tokens outlive a rotation. @throws {DeltaError} `invalid-argument` beyond 7 days. */
export function checkedOverlap(overlap: number = DEFAULT_OVERLAP): number {
  checkDuration('the overlap', overlap, 0, MAX_OVERLAP)
  return overlap
}

/**
 * Lets the tokens that are out end at a deadline and puts a new link in the place of the one that waits, together with
 * what `also` changes. @throws {DeltaError} `not-found`.
 */
export async function renewLink(
  store: ObjectStore,
  name: string,
  { now, deadline }: { readonly now: number; readonly deadline: number },
  also: (recipient: Recipient) => Recipient,
  options: ManifestOptions,
): Promise<Invitation> {
  checkRecipientName(name)
  const settings = await loadServerSettings(store, options)
  const link = newLink(name, now)
  const renew = (recipient: Recipient): Recipient =>
    recipient.activation?.hash === link.code.hash
      ? recipient
      : { ...also(recipient), tokens: endingBy(recipient, deadline), activation: link.activation(recipient) }
  return link.invitation(await changeRecipient(store, name, renew, options), settings)
}

/** Ends all tokens and the link of a recipient at once. Its grants stay; rotating lets it in again. @throws {DeltaError} `not-found`. */
export async function revokeRecipient(store: ObjectStore, name: string, options: ManifestOptions = {}): Promise<void> {
  const now = (options.runtime ?? systemRuntime).now()
  await changeRecipient(
    store,
    name,
    (recipient) =>
      recipient.activation === null && recipient.tokens.every((token) => hasPassed(token.expiresAt, now))
        ? recipient
        : { ...recipient, tokens: endingBy(recipient, now), activation: null },
    options,
  )
}

/**
 * Deletes a recipient with its tokens, link and grants: none of them comes back with another of that name.
 * @throws {DeltaError} `not-found`.
 */
export async function dropRecipient(store: ObjectStore, name: string, options: ManifestOptions = {}): Promise<void> {
  const recipient = await findRecipient(store, name, options)
  if (recipient === undefined) throw noRecipient(store, name)
  await store.delete([recipientKey(name)], { signal: options.signal })
}

/** Tokens end at a deadline; those that end before keep their own end. */
function endingBy(recipient: Recipient, deadline: number): Recipient['tokens'] {
  const end = isoTime(deadline)
  return recipient.tokens.map((token) => (token.expiresAt > end ? { ...token, expiresAt: end } : token))
}
