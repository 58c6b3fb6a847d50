import { DeltaError, foundOrNone, isDeltaError, permittedOrNone } from '../errors.ts'
import { howToOwn, isMarked } from './marker.ts'
import type { PlaneContext } from './plane-context.ts'
import type { CatalogRecipient } from './recipient.ts'
import type { RecipientRecord } from './recipient-record.ts'
import { quoteIdentifier } from './sql.ts'

/** A recipient as Unity Catalog has it, undefined where it has none of that name. */
function findCatalogRecipient({ catalog }: PlaneContext, name: string): Promise<CatalogRecipient | undefined> {
  return foundOrNone(catalog.recipients.get(name))
}

/**
 * As {@link findCatalogRecipient}, of one that is to be ours.
 * @throws {DeltaError} `permission-denied` where we may not see it, telling what privilege that takes, and who grants it.
 */
export async function findNamed(context: PlaneContext, name: string): Promise<CatalogRecipient | undefined> {
  try {
    return await findCatalogRecipient(context, name)
  } catch (error) {
    throw isDeltaError(error, 'permission-denied') ? await notSeen(context, name, error) : error
  }
}

async function notSeen({ catalog }: PlaneContext, name: string, cause: DeltaError): Promise<DeltaError> {
  const who = await catalog.me().then(
    (me) => me.name,
    () => undefined,
  )
  const message = `recipient ${name} may not be looked at: ${who ?? 'who publishes'} is not its owner, and has no USE RECIPIENT on the metastore`
  const remedy = `a metastore admin runs: GRANT USE RECIPIENT ON METASTORE TO ${who === undefined ? '<who publishes>' : quoteIdentifier(who)}`
  const blame = 'kadoa'
  const problems = [{ check: 'privileges', action: 'block', message, blame, remedy }] as const
  return new DeltaError('permission-denied', `${message}; ${remedy}`, { blame, problems, cause })
}

/** Somebody who may read a share, undefined where we may not see him: he is none of ours, then. */
export function findReader(context: PlaneContext, name: string): Promise<CatalogRecipient | undefined> {
  return permittedOrNone(findCatalogRecipient(context, name))
}

/** The one recipient of a metastore, whatever it is called. */
export async function findByIdentifier(
  { catalog }: PlaneContext,
  identifier: string,
): Promise<CatalogRecipient | undefined> {
  const found = await catalog.recipients.list({ sharingIdentifier: identifier })
  return found.find(({ sharingIdentifier }) => sharingIdentifier?.toLowerCase() === identifier)
}

/**
 * The recipient of Unity Catalog that a record is of, undefined where there is none. Of a metastore it may have another name
 * by now, and its name may be that of somebody else.
 */
export async function findRecorded(
  context: PlaneContext,
  record: RecipientRecord,
): Promise<CatalogRecipient | undefined> {
  const named = await findNamed(context, record.catalogName)
  if (named !== undefined && isRecorded(context, record, named)) return named
  return record.sharingIdentifier === undefined ? undefined : findByIdentifier(context, record.sharingIdentifier)
}

/**
 * As {@link findRecorded}, for whoever is about to change it, or to tell it something.
 * @throws {DeltaError} `already-exists` where somebody else has by now the name of one by token.
 */
export async function findToChange(
  context: PlaneContext,
  record: RecipientRecord,
): Promise<CatalogRecipient | undefined> {
  if (record.sharingIdentifier !== undefined) return findRecorded(context, record)
  const named = await findNamed(context, record.catalogName)
  if (named === undefined || isRecorded(context, record, named)) return named
  throw notOurs(context, named)
}

/**
 * Whether a record is of this recipient. A metastore says who it is; of one by token the name does, if we made it: whoever
 * else has the name must not be given what ours was.
 */
export function isRecorded(
  context: PlaneContext,
  { sharingIdentifier, catalogName }: Pick<RecipientRecord, 'sharingIdentifier' | 'catalogName'>,
  recipient: CatalogRecipient,
): boolean {
  return sharingIdentifier === undefined
    ? isHostedByUs(context, recipient) && recipient.name.toLowerCase() === catalogName.toLowerCase()
    : recipient.sharingIdentifier?.toLowerCase() === sharingIdentifier
}

/** Whether it is one by token that we made. */
export function isHostedByUs({ ledger }: PlaneContext, recipient: CatalogRecipient): boolean {
  return recipient.authenticationType === 'TOKEN' && isMarked(ledger, recipient)
}

/** Why a recipient that has the name of one of ours by token is not ours, and who must do what about it. */
export function whyNotOurs(
  { ledger }: PlaneContext,
  { name, authenticationType = 'something else' }: CatalogRecipient,
): { readonly message: string; readonly remedy: string } {
  const stranger = `Unity Catalog has a recipient ${name} that is not ours`
  if (authenticationType === 'TOKEN') {
    return {
      message: `${stranger}: it has not the mark of ours in its comment`,
      remedy: howToOwn(ledger, 'RECIPIENT', name),
    }
  }
  return {
    message: `${stranger}: it is known by ${authenticationType} and not by a token`,
    remedy: `its owner drops it, or runs: ALTER RECIPIENT ${quoteIdentifier(name)} RENAME TO <another>`,
  }
}

export function notOurs(context: PlaneContext, recipient: CatalogRecipient): DeltaError {
  const { message, remedy } = whyNotOurs(context, recipient)
  return new DeltaError('already-exists', `${message}; ${remedy}`, { blame: 'kadoa' })
}

/** Whether two records are of one recipient: of a metastore there is one only. */
export function isSameRecipient(one: RecipientRecord, other: RecipientRecord): boolean {
  if (one.sharingIdentifier !== other.sharingIdentifier) return false
  return one.sharingIdentifier !== undefined || one.catalogName.toLowerCase() === other.catalogName.toLowerCase()
}
