import { isDeltaError } from '../../errors.ts'
import { parseSharingIdentifier } from '../../manifest/index.ts'
import { findByIdentifier } from '../find-recipient.ts'
import type { Subject } from './subject.ts'

/**
 * Whether the metastore of the recipient is known by one already, which is then taken; not where its identifier is none, which is
 * told elsewhere, nor where we may not look.
 */
export async function hasRecipient({ context, about: { sharingIdentifier } }: Subject): Promise<boolean> {
  if (sharingIdentifier === undefined) return false
  try {
    return (await findByIdentifier(context, parseSharingIdentifier(sharingIdentifier))) !== undefined
  } catch (error) {
    if (isDeltaError(error, 'invalid-argument') || isDeltaError(error, 'permission-denied')) return false
    throw error
  }
}
