import type { ObjectStore } from '../../store/index.ts'
import type { ManifestOptions } from '../options.ts'
import { loadRecipients, type Recipient } from '../recipient.ts'
import { listShares, type Share } from '../share.ts'

/** The whole manifest as it was read. */
export interface ManifestState {
  readonly shares: readonly Share[]
  readonly recipients: readonly Recipient[]
}

export async function loadState(store: ObjectStore, options: ManifestOptions): Promise<ManifestState> {
  const [shares, recipients] = await Promise.all([listShares(store, options), loadRecipients(store, options)])
  return { shares, recipients }
}
