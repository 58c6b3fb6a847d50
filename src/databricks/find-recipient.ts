import { foundOrNone, permittedOrNone } from '../errors.ts'
import type { PlaneContext } from './plane-context.ts'
import type { CatalogRecipient } from './recipient.ts'
import type { RecipientRecord } from './recipient-record.ts'

/** A recipient as Unity Catalog has it, undefined where it has none of that name. */
export function findCatalogRecipient({ catalog }: PlaneContext, name: string): Promise<CatalogRecipient | undefined> {
  return foundOrNone(catalog.recipients.get(name))
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
  const named = await findCatalogRecipient(context, record.catalogName)
  if (named !== undefined && isRecorded(record, named)) return named
  return record.sharingIdentifier === undefined ? undefined : findByIdentifier(context, record.sharingIdentifier)
}

/** Whether a record is of this recipient: a metastore says who it is, and else a name. */
export function isRecorded(
  { sharingIdentifier, catalogName }: Pick<RecipientRecord, 'sharingIdentifier' | 'catalogName'>,
  recipient: CatalogRecipient,
): boolean {
  return sharingIdentifier === undefined
    ? recipient.sharingIdentifier === undefined && recipient.name.toLowerCase() === catalogName.toLowerCase()
    : recipient.sharingIdentifier?.toLowerCase() === sharingIdentifier
}

/** Whether two records are of one recipient: of a metastore there is one only. */
export function isSameRecipient(one: RecipientRecord, other: RecipientRecord): boolean {
  if (one.sharingIdentifier !== other.sharingIdentifier) return false
  return one.sharingIdentifier !== undefined || one.catalogName.toLowerCase() === other.catalogName.toLowerCase()
}
