import { DeltaError } from '../errors.ts'
import { isoTime, type Share } from '../manifest/index.ts'
import { untilAnswered } from './answer-lost.ts'
import { findCatalogRecipient } from './find-recipient.ts'
import { findLedgerShare } from './ledger.ts'
import { ensureMetastoreRecipient, followed } from './metastore-recipient.ts'
import { type PlaneContext, placeOf } from './plane-context.ts'
import { noShare } from './plane-shares.ts'
import { changeRecipientRecord, findRecord, listRecipientRecords, type RecipientRecord } from './recipient-record.ts'

interface Granting {
  readonly recipient: string
  readonly share: string
}

/**
 * Lets a recipient read a share. It is written down first, and holds once it is said to the catalog: granting again
 * completes what was lost in between. @throws {DeltaError} `not-found` for either.
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
  const { name, catalogName, sharingIdentifier } = record
  const found = await findCatalogRecipient(context, catalogName)
  if (found !== undefined) return catalogName
  if (sharingIdentifier === undefined) return undefined
  const anew = await ensureMetastoreRecipient(context, name.toLowerCase(), sharingIdentifier)
  await changeRecipientRecord(context, name, (current) =>
    current.catalogName === anew.name ? current : { ...current, catalogName: anew.name },
  )
  return anew.name
}

/** Takes a share away from a recipient, or from a stranger by his name in the catalog. @throws {DeltaError} `not-found` when it was not granted. */
export async function ungrantOnPlane(context: PlaneContext, { recipient, share }: Granting): Promise<void> {
  const { id } = await ledgerShare(context, share)
  const written = await findRecord(context, recipient)
  const record = written && (await followed(context, written))
  const catalogName = record?.catalogName ?? recipient
  const granted = record?.grants.some(({ shareId }) => shareId === id) === true
  if (!granted && !(await principalsOf(context, share)).includes(catalogName.toLowerCase())) {
    throw notGranted(recipient, share)
  }
  if (!(await isSharedName(context, record, id))) {
    await setAccess(context, share, catalogName, { remove: ['SELECT'] })
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
      other.catalogName === record.catalogName &&
      other.grants.some((grant) => grant.shareId === shareId),
  )
}

/**
 * Who may read a share: by our names, or by theirs in the catalog where we do not know them. One that is revoked counts:
 * its next link lets it in. @throws {DeltaError} `not-found`.
 */
export async function readersOnPlane(context: PlaneContext, share: string): Promise<string[]> {
  const { id } = await ledgerShare(context, share)
  const [principals, written] = await Promise.all([principalsOf(context, share), listRecipientRecords(context)])
  const records = await knownAs(context, principals, written)
  const isGranted = ({ grants }: RecipientRecord): boolean => grants.some(({ shareId }) => shareId === id)
  const names = new Set<string>()
  for (const principal of principals) {
    const ours = records.filter(({ catalogName }) => catalogName.toLowerCase() === principal)
    const granted = ours.filter(isGranted)
    // Granted in Databricks, behind our back: it is still the one we know.
    for (const { name } of granted.length > 0 ? granted : ours.slice(0, 1)) names.add(name)
    if (ours.length === 0) names.add(principal)
  }
  for (const record of records.filter(isGranted).filter(({ sharingIdentifier }) => sharingIdentifier === undefined)) {
    if ((await findCatalogRecipient(context, record.catalogName)) === undefined) names.add(record.name)
  }
  return [...names].sort()
}

/** The records, those that a principal would otherwise be a stranger to with the names that their recipients have by now. */
async function knownAs(
  context: PlaneContext,
  principals: readonly string[],
  records: readonly RecipientRecord[],
): Promise<readonly RecipientRecord[]> {
  const names = new Set(records.map(({ catalogName }) => catalogName.toLowerCase()))
  const strangers = principals.filter((principal) => !names.has(principal))
  const found = await Promise.all(strangers.map((name) => findCatalogRecipient(context, name)))
  const identifiers = new Set(found.flatMap((each) => each?.sharingIdentifier?.toLowerCase() ?? []))
  const isRenamed = ({ sharingIdentifier = '' }: RecipientRecord): boolean => identifiers.has(sharingIdentifier)
  return Promise.all(records.map((record) => (isRenamed(record) ? followed(context, record) : record)))
}

/** The shares that a recipient was granted and that there still are, by name. */
export async function grantedShares(context: PlaneContext, { grants }: RecipientRecord): Promise<string[]> {
  const shares = await Promise.all(grants.map(({ share }) => findLedgerShare(context, share)))
  return shares.flatMap((share, i) => (share !== undefined && share.id === grants[i]?.shareId ? [share.name] : []))
}

/** Says to the catalog again what a recipient was granted, after it was made anew there. */
export async function grantAnew(context: PlaneContext, record: RecipientRecord): Promise<void> {
  for (const share of await grantedShares(context, record)) {
    await setAccess(context, share, record.catalogName, { add: ['SELECT'] })
  }
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
}

async function principalsOf(context: PlaneContext, share: string): Promise<string[]> {
  const assignments = await context.catalog.shares.permissions(placeOf(context, share).share)
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
