import { DeltaError } from '../errors.ts'
import { findTable, isGranted, type Recipient, type Share, sameName, type TableEntry } from '../manifest/index.ts'
import type { Directory } from './directory.ts'

/** The names by which a request asks for something shared. */
export interface SharedName {
  readonly share: string
  readonly schema?: string
  readonly table?: string
}

/** A table that somebody may read. */
export interface GrantedTable {
  readonly share: Share
  readonly entry: TableEntry
}

/**
 * A share that the recipient may see. Whether it was not granted or is not there makes no difference, neither in words
 * nor in what is read before the answer.
 * @throws {DeltaError} `not-found`.
 */
export async function grantedShare(
  directory: Directory,
  recipient: Recipient,
  name: SharedName,
  satisfies: (share: Share) => boolean = () => true,
): Promise<Share> {
  const hasGrant = ({ grants }: Recipient): boolean => grants.some((grant) => sameName(grant.share, name.share))
  // The recipient may be a moment old, and the grant newer.
  const grantee = hasGrant(recipient) ? recipient : await directory.recipient(recipient.name, hasGrant)
  if (grantee === undefined || !hasGrant(grantee)) throw notThere(name)
  const share = await directory.share(name.share, (known) => isGranted(grantee, known) && satisfies(known))
  if (share === undefined || !isGranted(grantee, share)) throw notThere(name)
  return share
}

/** @throws {DeltaError} `not-found`, in the same words whether share, schema or table is not there or not granted. */
export async function grantedTable(
  directory: Directory,
  recipient: Recipient,
  name: Required<SharedName>,
): Promise<GrantedTable> {
  const find = (share: Share): TableEntry | undefined => findTable(share, { schema: name.schema, name: name.table })
  const share = await grantedShare(directory, recipient, name, (known) => find(known) !== undefined)
  const entry = find(share)
  if (entry === undefined) throw notThere(name)
  return { share, entry }
}

/** The error for everything that a recipient cannot see. */
export function notThere({ share, schema, table }: SharedName, cause?: unknown): DeltaError {
  const path = [share, schema, table].filter((part) => part !== undefined).join('/')
  return new DeltaError(
    'not-found',
    `[Share/Schema/Table] '${path}' does not exist, please contact your share provider for further information.`,
    { cause },
  )
}
