import { DeltaError, foundOrNone, isDeltaError } from '../errors.ts'
import { isoTime, type Share } from '../manifest/index.ts'
import { seenSoon, untilAnswered } from './answer-lost.ts'
import { findCatalogShare } from './catalog-share.ts'
import { findNamed, findReader, findRecorded, findToChange, isRecorded, isSameRecipient } from './find-recipient.ts'
import { findLedgerShare } from './ledger.ts'
import { ensureMetastoreRecipient } from './metastore-recipient.ts'
import { type PlaneContext, placeOf } from './plane-context.ts'
import { lostShare, noShare } from './plane-shares.ts'
import { changeRecipientRecord, findRecord, listRecipientRecords, type RecipientRecord } from './recipient-record.ts'

interface Granting {
  readonly recipient: string
  readonly share: string
}

/**
 * Lets a recipient read a share. It is written down first, and holds once it is said to the catalog: granting again
 * completes what was lost in between.
 * @throws {DeltaError} `not-found` for either; `already-exists` where somebody else has the name of the recipient by now.
 */
export async function grantOnPlane(context: PlaneContext, { recipient, share }: Granting): Promise<void> {
  const { id, name } = await ledgerShare(context, share)
  const grant = { share: name, shareId: id, grantedAt: isoTime(context.runtime.now()) }
  const record = await changeRecipientRecord(context, recipient, (current) =>
    current.grants.some(({ shareId }) => shareId === id)
      ? current
      : { ...current, grants: [...current.grants.filter(({ share: other }) => other !== name), grant] },
  )
  const catalogName = await presentName(context, record)
  if (catalogName !== undefined) await setAccess(context, share, catalogName, { add: ['SELECT'] })
}

/** The name of a recipient that is there to be granted something; one whose tokens are revoked gets it with the next link. */
async function presentName(context: PlaneContext, record: RecipientRecord): Promise<string | undefined> {
  const { name, sharingIdentifier } = record
  const found = await findToChange(context, record)
  if (found === undefined && sharingIdentifier === undefined) return undefined
  const { name: present } =
    found ?? (await ensureMetastoreRecipient(context, name.toLowerCase(), sharingIdentifier ?? ''))
  await changeRecipientRecord(context, name, (current) =>
    current.catalogName === present ? current : { ...current, catalogName: present },
  )
  return present
}

/** Takes a share away from a recipient, or from a stranger by his name in the catalog. @throws {DeltaError} `not-found` when it was not granted. */
export async function ungrantOnPlane(context: PlaneContext, { recipient, share }: Granting): Promise<void> {
  const { id } = await ledgerShare(context, share)
  const record = await findRecord(context, recipient)
  // One that is gone from the catalog, as when its tokens are revoked, reads nothing there; its grant is written down.
  const reader = record === undefined ? principalOf(recipient) : (await findRecorded(context, record))?.name
  const granted = record?.grants.some(({ shareId }) => shareId === id) === true
  const reads = reader !== undefined && (await principalsOf(context, share)).includes(reader.toLowerCase())
  if (!granted && !reads) throw notGranted(recipient, share)
  if (reads && !(await isSharedName(context, record, id))) {
    await setAccess(context, share, reader, { remove: ['SELECT'] })
  }
  if (record !== undefined && granted) {
    await changeRecipientRecord(context, record.name, (current) => ({
      ...current,
      grants: current.grants.filter(({ shareId }) => shareId !== id),
    }))
  }
}

/** Whether another of our recipients is the same one in the catalog, and reads the share as well. */
async function isSharedName(
  context: PlaneContext,
  record: RecipientRecord | undefined,
  shareId: string,
): Promise<boolean> {
  if (record === undefined) return false
  const others = await listRecipientRecords(context)
  return others.some(
    (other) =>
      other.id !== record.id &&
      isSameRecipient(other, record) &&
      other.grants.some((grant) => grant.shareId === shareId),
  )
}

/**
 * Who may read a share: by our names, or by theirs in the catalog where we do not know them. One that is revoked counts:
 * its next link lets it in. @throws {DeltaError} `not-found`.
 */
export async function readersOnPlane(context: PlaneContext, share: string): Promise<string[]> {
  const { id } = await ledgerShare(context, share)
  const [principals, records] = await Promise.all([principalsOf(context, share), listRecipientRecords(context)])
  const isGranted = ({ grants }: RecipientRecord): boolean => grants.some(({ shareId }) => shareId === id)
  const names = new Set<string>()
  for (const principal of principals) {
    // Who has the name of ours and may not be seen may be ours: nobody must take him for a stranger.
    const hasOurName = records.some((record) => isGranted(record) && record.catalogName.toLowerCase() === principal)
    const reader = await (hasOurName ? findNamed(context, principal) : findReader(context, principal))
    const ours = reader === undefined ? [] : records.filter((record) => isRecorded(context, record, reader))
    const granted = ours.filter(isGranted)
    // Granted in Databricks, behind our back: it is still the one we know.
    for (const { name } of granted.length > 0 ? granted : ours.slice(0, 1)) names.add(name)
    if (ours.length === 0) names.add(strangerName(principal, records))
  }
  for (const record of records.filter(isGranted).filter(({ sharingIdentifier }) => sharingIdentifier === undefined)) {
    if ((await findRecorded(context, record)) === undefined) names.add(record.name)
  }
  return [...names].sort()
}

/** What stands behind the name of a stranger who has in the catalog the name that one of ours has here. No name has a blank. */
const IN_CATALOG = ' (in Unity Catalog)'

function strangerName(principal: string, records: readonly RecipientRecord[]): string {
  return records.some(({ name }) => name.toLowerCase() === principal) ? `${principal}${IN_CATALOG}` : principal
}

function principalOf(stranger: string): string {
  return stranger.endsWith(IN_CATALOG) ? stranger.slice(0, -IN_CATALOG.length) : stranger
}

/** The shares that a recipient was granted and that there still are, by name. */
export async function grantedShares(context: PlaneContext, { grants }: RecipientRecord): Promise<string[]> {
  const shares = await Promise.all(grants.map(({ share }) => findLedgerShare(context, share)))
  return shares.flatMap((share, i) => (share !== undefined && share.id === grants[i]?.shareId ? [share.name] : []))
}

/** Says to the catalog again what a recipient was granted, after it was made anew there: of the shares that are there still. */
export async function grantAnew(context: PlaneContext, record: RecipientRecord): Promise<void> {
  for (const share of await grantedShares(context, record)) {
    try {
      await setAccess(context, share, record.catalogName, { add: ['SELECT'] })
    } catch (error) {
      if (!(await isGone(context, share, error))) throw error
    }
  }
}

/** Whether what was not found is the share itself, which somebody dropped in Databricks. */
async function isGone(context: PlaneContext, share: string, error: unknown): Promise<boolean> {
  if (!isDeltaError(error, 'not-found')) return false
  return (await findCatalogShare(context, placeOf(context, share))) === undefined
}

async function setAccess(
  context: PlaneContext,
  share: string,
  recipient: string,
  change: { readonly add: readonly ['SELECT'] } | { readonly remove: readonly ['SELECT'] },
): Promise<void> {
  const { shares } = context.catalog
  const name = placeOf(context, share).share
  await untilAnswered(() => shares.updatePermissions(name, [{ recipient, ...change }]))
  const reads = 'add' in change
  const isDone = async () => (await principalsOf(context, share)).includes(recipient.toLowerCase()) === reads
  if (await seenSoon(context.runtime, isDone)) return
  throw new DeltaError(
    'conflict',
    `share ${name} was ${reads ? 'granted to' : 'taken from'} ${recipient}, and ${recipient} ${reads ? 'may not' : 'still may'} read it: somebody else changes its grants; find out who, and do it again`,
    { blame: 'kadoa' },
  )
}

async function principalsOf(context: PlaneContext, share: string): Promise<string[]> {
  const place = placeOf(context, share)
  const assignments = await foundOrNone(context.catalog.shares.permissions(place.share))
  if (assignments === undefined) throw await lostShare(context, place)
  return assignments
    .filter(({ privileges }) => privileges.includes('SELECT'))
    .map(({ principal }) => principal.toLowerCase())
}

async function ledgerShare(context: PlaneContext, name: string): Promise<Share> {
  const share = await findLedgerShare(context, name)
  if (share === undefined) throw noShare(context, name)
  return share
}

function notGranted(recipient: string, share: string): DeltaError {
  return new DeltaError(
    'not-found',
    `could not take share ${JSON.stringify(share)} from recipient ${recipient}: it was not granted`,
  )
}
