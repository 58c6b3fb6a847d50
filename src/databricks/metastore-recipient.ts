import { DeltaError, isDeltaError } from '../errors.ts'
import { findCatalogRecipient } from './find-recipient.ts'
import { marked } from './marker.ts'
import type { PlaneContext } from './plane-context.ts'
import type { CatalogRecipient } from './recipient.ts'
import { changeRecipientRecord, type RecipientRecord } from './recipient-record.ts'

/**
 * The recipient of a metastore in Unity Catalog. There is one at most, under whatever name it was made first: that one is
 * taken, whoever made it.
 * @param identifier as `parseSharingIdentifier` gives it.
 * @throws {DeltaError} `invalid-argument` for our own metastore or one that Databricks does not know; `already-exists`
 * where the name belongs to another recipient.
 */
export async function ensureMetastoreRecipient(
  context: PlaneContext,
  name: string,
  identifier: string,
): Promise<CatalogRecipient> {
  const { catalog, ledger, warn } = context
  const { globalMetastoreId } = await catalog.metastore.summary()
  if (globalMetastoreId.toLowerCase() === identifier) throw ownMetastore(identifier)
  const existing = await findByIdentifier(context, identifier)
  if (existing !== undefined) {
    if (existing.name.toLowerCase() !== name) {
      warn(`recipient ${name}: Unity Catalog knows its metastore as recipient ${existing.name} already, which is taken`)
    }
    return existing
  }
  try {
    const comment = marked(ledger, undefined)
    return await catalog.recipients.create({
      name,
      authenticationType: 'DATABRICKS',
      sharingIdentifier: identifier,
      comment,
    })
  } catch (error) {
    // Made by us, the answer lost, or by somebody else meanwhile; a second one is refused as an invalid argument.
    const made = await findByIdentifier(context, identifier)
    if (made !== undefined) return made
    throw isDeltaError(error, 'invalid-argument') ? unknownMetastore(identifier, error) : error
  }
}

/** A record with the name that its recipient has by now: somebody may have given it another in Databricks. */
export async function followed(context: PlaneContext, record: RecipientRecord): Promise<RecipientRecord> {
  const { name, catalogName, sharingIdentifier } = record
  if (sharingIdentifier === undefined || (await findCatalogRecipient(context, catalogName)) !== undefined) return record
  const found = await findByIdentifier(context, sharingIdentifier)
  if (found === undefined) return record
  return changeRecipientRecord(context, name, (current) => ({ ...current, catalogName: found.name }))
}

async function findByIdentifier({ catalog }: PlaneContext, identifier: string): Promise<CatalogRecipient | undefined> {
  const found = await catalog.recipients.list({ sharingIdentifier: identifier })
  return found.find(({ sharingIdentifier }) => sharingIdentifier?.toLowerCase() === identifier)
}

function ownMetastore(identifier: string): DeltaError {
  return new DeltaError(
    'invalid-argument',
    `${identifier} is the metastore that shares: nothing can be shared with itself; ask the customer for the identifier of theirs, which SELECT CURRENT_METASTORE() tells there`,
    { blame: 'customer' },
  )
}

function unknownMetastore(identifier: string, cause: DeltaError): DeltaError {
  return new DeltaError(
    'invalid-argument',
    `Databricks took no recipient for ${identifier}: ${cause.message}; have the customer check the identifier, which SELECT CURRENT_METASTORE() tells there`,
    { blame: 'customer', cause },
  )
}
