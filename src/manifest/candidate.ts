import { createRecord } from '../record/index.ts'
import { memoryStore, type ObjectStore } from '../store/index.ts'
import { redeemActivation } from './activation.ts'
import { createRecipient } from './edit-recipient.ts'
import { grantShare } from './grant.ts'
import type { ManifestOptions } from './options.ts'
import { type Share, shareKey, shareShape } from './share.ts'
import { DAY } from './time.ts'

/** A root of its own, in memory, and the token of the one recipient that it has. */
export interface Candidate {
  readonly store: ObjectStore
  readonly bearerToken: string
}

/**
 * A share as a recipient would see it, before anybody does: give `store` to a sharing handler and ask it with the token.
 * Nothing of it is written anywhere, so it is gone when it is let go.
 */
export async function openCandidate(share: Share, options: ManifestOptions = {}): Promise<Candidate> {
  const store = memoryStore(options)
  await createRecord(store, shareKey(share.name), shareShape, share, () => true, options)
  const { name, activationCode } = await createRecipient(store, { name: 'candidate', expiresIn: DAY }, options)
  await grantShare(store, { recipient: name, share: share.name }, options)
  const { bearerToken } = await redeemActivation(store, { code: activationCode }, options)
  return { store, bearerToken }
}
