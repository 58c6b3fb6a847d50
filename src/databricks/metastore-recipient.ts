import { DeltaError, isDeltaError } from '../errors.ts'
import { findByIdentifier, findReader } from './find-recipient.ts'
import { isMarked, marked } from './marker.ts'
import type { PlaneContext } from './plane-context.ts'
import type { CatalogRecipient } from './recipient.ts'
import { quoteIdentifier } from './sql.ts'

/**
 * The recipient of a metastore in Unity Catalog. There is one at most, under whatever name it was made first: that one is
 * taken, whoever made it.
 * @param identifier as `parseSharingIdentifier` gives it.
 * @throws {DeltaError} `invalid-argument` for our own metastore or one that Databricks does not know, which are the customer's, and
 * for what else it does not take, which is not; `already-exists`
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
    if (isDeltaError(error, 'invalid-argument')) throw refused(name, identifier, error)
    throw isDeltaError(error, 'already-exists') ? await inTheWay(context, { name, identifier, cause: error }) : error
  }
}

/** Somebody else's, of this name or of this metastore: of the latter only who may use all recipients is told. */
async function inTheWay(
  context: PlaneContext,
  { name, identifier, cause }: { readonly name: string; readonly identifier: string; readonly cause: DeltaError },
): Promise<DeltaError> {
  const named = await findReader(context, name)
  if (named !== undefined && isMarked(context.ledger, named)) return leftByUs(name, identifier, cause)
  return new DeltaError(
    'already-exists',
    named !== undefined
      ? `could not create recipient ${name}: Unity Catalog has one of that name, which is somebody else's; have its owner rename or drop it: ALTER RECIPIENT ${quoteIdentifier(name)} RENAME TO <another>`
      : `could not create recipient ${name}: Unity Catalog has one for ${identifier} that we do not see; have a metastore admin run: GRANT USE RECIPIENT ON METASTORE TO <who publishes>; or, where that is granted, its owner: ALTER RECIPIENT <its name> OWNER TO <who publishes>`,
    { blame: 'kadoa', cause },
  )
}

/** By an attempt that died before it wrote that down, and was told of another customer since. */
function leftByUs(name: string, identifier: string, cause: DeltaError): DeltaError {
  return new DeltaError(
    'already-exists',
    `could not create recipient ${name}: Unity Catalog has one of that name that we made, and it is not of ${identifier}; where it reads no share, its owner runs: DROP RECIPIENT ${quoteIdentifier(name)}; then do this again`,
    { blame: 'kadoa', cause },
  )
}

function ownMetastore(identifier: string): DeltaError {
  return new DeltaError(
    'invalid-argument',
    `${identifier} is the metastore that shares: nothing can be shared with itself; ask the customer for the identifier of theirs, which SELECT CURRENT_METASTORE() tells there`,
    { blame: 'customer' },
  )
}

/** What Databricks says of a metastore that it does not know, or does not take. */
const OF_METASTORE = /sharing identifier|global[ _]metastore|metastore id|target shard/i

/** Whose the argument is: the customer has given his identifier, and all else that is said of a recipient is ours. */
function refused(name: string, identifier: string, cause: DeltaError): DeltaError {
  const { message, details } = cause
  if (details.blame !== 'customer' && !OF_METASTORE.test(message) && !message.toLowerCase().includes(identifier)) {
    return new DeltaError(
      'invalid-argument',
      `Databricks took no recipient ${name}, and not because of ${identifier}: ${message}`,
      { blame: 'kadoa', cause },
    )
  }
  return new DeltaError(
    'invalid-argument',
    `Databricks took no recipient for ${identifier}: ${cause.message}; have the customer check the identifier, which SELECT CURRENT_METASTORE() tells there`,
    { blame: 'customer', cause },
  )
}
