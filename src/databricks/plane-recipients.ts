import { DeltaError, isDeltaError, messageOf } from '../errors.ts'
import {
  checkedOverlap,
  checkedTerms,
  type Invitation,
  isoTime,
  type PlaneRecipient,
  type PlaneRotation,
  parseSharingIdentifier,
  type RecipientChange,
  type RecipientInfo,
} from '../manifest/index.ts'
import { untilAnswered, untilGone } from './answer-lost.ts'
import { findRecorded, findToChange, isSameRecipient } from './find-recipient.ts'
import { createHosted, livingTokens, rotateHosted } from './hosted-recipient.ts'
import { isMarked } from './marker.ts'
import { ensureMetastoreRecipient } from './metastore-recipient.ts'
import type { PlaneContext } from './plane-context.ts'
import { grantAnew, grantedShares, ungrantOnPlane } from './plane-grants.ts'
import type { CatalogRecipient } from './recipient.ts'
import { recipientInfo } from './recipient-info.ts'
import {
  changeRecipientRecord,
  checkRecipientName,
  deleteRecord,
  findRecord,
  listRecipientRecords,
  loadRecord,
  newRecord,
  type RecipientRecord,
  recipientTaken,
  storeRecord,
} from './recipient-record.ts'

/**
 * Makes a recipient in Unity Catalog, or takes the one of its metastore, and then writes it down: an attempt that died in
 * between is found by the next one.
 * @returns the link to its first token; undefined where it is known by its metastore.
 * @throws {DeltaError} `already-exists`; `invalid-argument`, for one, for a sharing identifier that is none or our own;
 * `unsupported` for terms that the way it is known by does not have.
 */
export async function createPlaneRecipient(
  context: PlaneContext,
  { name, sharingIdentifier, endpoint, ...terms }: PlaneRecipient,
): Promise<Invitation | undefined> {
  checkRecipientName(name)
  if (endpoint !== undefined) throw noEndpoints(name)
  const { tokenLifetime, allowedIps } = checkedTerms(terms)
  if ((await findRecord(context, name)) !== undefined) throw recipientTaken(name)
  const catalogName = name.toLowerCase()
  if (sharingIdentifier === undefined) {
    const invitation = await createHosted(context, { name, catalogName, tokenLifetime, allowedIps })
    await storeRecord(context, newRecord(context, { name, catalogName, tokenLifetime, allowedIps }))
    return invitation
  }
  if (allowedIps.length > 0) throw noAddresses(name)
  const identifier = parsedIdentifier(sharingIdentifier)
  const found = await ensureMetastoreRecipient(context, catalogName, identifier)
  const record = { name, catalogName: found.name, sharingIdentifier: identifier, tokenLifetime, allowedIps }
  await storeRecord(context, newRecord(context, record))
  return undefined
}

/**
 * Changes the terms of a recipient: its addresses at once, its lifetime with the next link.
 * @throws {DeltaError} `not-found`; `already-exists` as {@link rotatePlaneRecipient}.
 */
export async function setPlaneRecipient(
  context: PlaneContext,
  { name, expiresIn, allowedIps, endpoint }: RecipientChange,
): Promise<void> {
  if (endpoint !== undefined && endpoint !== null) throw noEndpoints(name)
  const before = await loadRecord(context, name)
  const onTerms = (current: RecipientRecord): RecipientRecord => {
    const { tokenLifetime, allowedIps: addresses } = checkedTerms({
      expiresIn: expiresIn ?? current.tokenLifetime,
      allowedIps: allowedIps ?? current.allowedIps,
    })
    return { ...current, tokenLifetime, allowedIps: addresses }
  }
  if (before.sharingIdentifier !== undefined && onTerms(before).allowedIps.length > 0) throw noAddresses(name)
  const found = await findToChange(context, before)
  const record = await changeRecipientRecord(context, name, onTerms)
  if (record.sharingIdentifier !== undefined || found === undefined) return
  // Said again also where nothing is different: an earlier attempt may have come this far.
  const { catalogName, allowedIps: addresses } = record
  await untilAnswered(() => context.catalog.recipients.update(catalogName, { allowedIps: addresses }))
}

/**
 * Gives a recipient a new link, and lets the tokens that are out die after `overlap` milliseconds: 24 hours unless said, at once
 * where something leaked, which is written down. One that was revoked is made anew and may read again what it was granted.
 * @throws {DeltaError} `not-found`; `unsupported` for one that has no token; `conflict` while two tokens live;
 * `already-exists` where somebody else has its name in Unity Catalog by now.
 */
export async function rotatePlaneRecipient(
  context: PlaneContext,
  { name, overlap: asked, isLeaked = false, endpoint }: PlaneRotation,
): Promise<Invitation> {
  if (endpoint !== undefined) throw noEndpoints(name)
  const overlap = isLeaked ? 0 : checkedOverlap(asked)
  const record = await loadRecord(context, name)
  if (record.sharingIdentifier !== undefined) throw noToken(name, 'rotated')
  const found = await findToChange(context, record)
  const invitation = await newLink(context, record, found, { overlap, isLeaked })
  if (isLeaked) await writeLeakDown(context, name, found)
  return invitation
}

async function newLink(
  context: PlaneContext,
  record: RecipientRecord,
  found: CatalogRecipient | undefined,
  { overlap, isLeaked }: { readonly overlap: number; readonly isLeaked: boolean },
): Promise<Invitation> {
  if (found !== undefined && (overlap > 0 || livingTokens(context, found).length < 2)) {
    if (isLeaked) return replaceLeaked(context, record, found)
    // Of one that was made anew by somebody who died, the catalog knows no grants: what fails here has cost no link.
    await grantAnew(context, record)
    return rotateHosted(context, record, found, overlap)
  }
  // Of two tokens the older cannot be ended: where both are to end now, the recipient ends with them.
  if (found !== undefined) await revokePlaneRecipient(context, record.name)
  return makeAnew(context, record)
}

/** What leaked ends first, whatever becomes of the grants, which most likely stand: what fails of them is told. */
async function replaceLeaked(
  context: PlaneContext,
  record: RecipientRecord,
  found: CatalogRecipient,
): Promise<Invitation> {
  const invitation = await rotateHosted(context, record, found, 0)
  try {
    await grantAnew(context, record)
  } catch (error) {
    context.warn(
      `recipient ${record.name} has a new link, and whether it may read its shares is not known: ${messageOf(error)}`,
    )
  }
  return invitation
}

async function makeAnew(context: PlaneContext, record: RecipientRecord): Promise<Invitation> {
  const invitation = await createHosted(context, record)
  try {
    await grantAnew(context, record)
  } catch (error) {
    if (!isDeltaError(error)) throw error
    // What it had is gone by now, so that this is no conflict that left all as it was.
    const code = error.code === 'conflict' ? 'unavailable' : error.code
    throw new DeltaError(
      code,
      `recipient ${record.name} was made anew in Unity Catalog, and may not read its shares yet: ${error.message}; its link is lost, rotate again for another`,
      { ...error.details, cause: error },
    )
  }
  return invitation
}

/** The link to the new token exists by now, and is not lost because this could not be written. */
async function writeLeakDown(context: PlaneContext, name: string, found: CatalogRecipient | undefined): Promise<void> {
  const living = found === undefined ? [] : livingTokens(context, found)
  const links = living.filter(({ activationUrl }) => activationUrl !== undefined)
  const leak = {
    at: isoTime(context.runtime.now()),
    endedTokens: living.length - links.length,
    voidedLink: links.length > 0,
  }
  try {
    await changeRecipientRecord(context, name, (current) => ({ ...current, leaks: [...(current.leaks ?? []), leak] }))
  } catch (error) {
    context.warn(
      `recipient ${name}: all that leaked has ended, and that could not be written down: ${messageOf(error)}`,
    )
  }
}

/**
 * Ends all tokens and the link of a recipient, and with them what Unity Catalog knows of it: a rotation there would leave a
 * link that nobody has, and cannot end two tokens. What it was granted is written down, and comes back with its next link.
 * @throws {DeltaError} `not-found`; `unsupported` for one that has no token; `already-exists` as {@link rotatePlaneRecipient}.
 */
export async function revokePlaneRecipient(context: PlaneContext, name: string): Promise<void> {
  const record = await loadRecord(context, name)
  if (record.sharingIdentifier !== undefined) throw noToken(name, 'revoked')
  const found = await findToChange(context, record)
  if (found !== undefined) await untilGone(() => context.catalog.recipients.delete(found.name))
}

/**
 * Takes all that it was granted away from a recipient and forgets it. In Unity Catalog it is deleted where we made it, no
 * other of ours is the same one there, and it can read nothing of anybody any more. @throws {DeltaError} `not-found`.
 */
export async function dropPlaneRecipient(context: PlaneContext, name: string): Promise<void> {
  const record = await loadRecord(context, name)
  for (const share of await grantedShares(context, record)) {
    await untilGone(() => ungrantOnPlane(context, { recipient: name, share }))
  }
  const others = (await listRecipientRecords(context)).filter(({ id }) => id !== record.id)
  const found = await findRecorded(context, record)
  const isLast = !others.some((other) => isSameRecipient(other, record))
  if (found !== undefined && isLast && isMarked(context.ledger, found)) {
    const left = await context.catalog.recipients.sharesOf(found.name)
    if (left.length === 0) await untilGone(() => context.catalog.recipients.delete(found.name))
  }
  await deleteRecord(context, name)
}

/** @throws {DeltaError} `not-found`. */
export async function showPlaneRecipient(context: PlaneContext, name: string): Promise<RecipientInfo> {
  return describe(context, await loadRecord(context, name))
}

/** All recipients that were made through the plane, by name. */
export async function listPlaneRecipients(context: PlaneContext): Promise<RecipientInfo[]> {
  const infos: RecipientInfo[] = []
  for (const record of await listRecipientRecords(context)) infos.push(await describe(context, record))
  return infos
}

async function describe(context: PlaneContext, record: RecipientRecord): Promise<RecipientInfo> {
  const [found, shares] = await Promise.all([findRecorded(context, record), grantedShares(context, record)])
  return recipientInfo(context, record, found, shares)
}

function parsedIdentifier(text: string): string {
  try {
    return parseSharingIdentifier(text)
  } catch (error) {
    if (!isDeltaError(error)) throw error
    throw new DeltaError(error.code, error.message, { blame: 'customer', cause: error })
  }
}

function noToken(name: string, verb: string): DeltaError {
  return new DeltaError(
    'unsupported',
    `recipient ${name} cannot be ${verb}: it is known by its metastore and has no token; take its shares away, or drop it`,
    { feature: 'token' },
  )
}

function noAddresses(name: string): DeltaError {
  return new DeltaError(
    'unsupported',
    `recipient ${name} is known by its metastore: Databricks keeps no list of addresses for it; leave the addresses out`,
    { feature: 'allowed addresses' },
  )
}

function noEndpoints(name: string): DeltaError {
  return new DeltaError(
    'unsupported',
    `recipient ${name} cannot be given an endpoint: Databricks says in its profile which is its own; leave it out`,
    { feature: 'endpoint' },
  )
}
