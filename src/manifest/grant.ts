import { DeltaError } from '../errors.ts'
import { systemRuntime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import { sameName } from './name.ts'
import type { ManifestOptions } from './options.ts'
import { changeRecipient, loadRecipients, type Recipient } from './recipient.ts'
import { loadShare, type Share } from './share.ts'
import { isoTime } from './time.ts'

export interface ShareOfRecipient {
  readonly recipient: string
  readonly share: string
}

/** Lets a recipient read a share. Granting twice is granting once. @throws {DeltaError} `not-found` for either. */
export async function grantShare(
  store: ObjectStore,
  { recipient, share }: ShareOfRecipient,
  options: ManifestOptions = {},
): Promise<void> {
  const { name, id } = await loadShare(store, share, options)
  const grant = { share: name, shareId: id, grantedAt: isoTime((options.runtime ?? systemRuntime).now()) }
  await changeRecipient(
    store,
    recipient,
    (current) =>
      current.grants.some((existing) => existing.shareId === id)
        ? current
        : // An older grant of the same name was for a share that is gone.
          { ...current, grants: [...current.grants.filter((existing) => !sameName(existing.share, name)), grant] },
    options,
  )
}

/** Takes a share away from a recipient. @throws {DeltaError} `not-found` when it was not granted, or there is no such recipient. */
export async function ungrantShare(
  store: ObjectStore,
  { recipient, share }: ShareOfRecipient,
  options: ManifestOptions = {},
): Promise<void> {
  let taken = false
  await changeRecipient(
    store,
    recipient,
    (current) => {
      const grants = current.grants.filter((grant) => !sameName(grant.share, share))
      if (grants.length < current.grants.length) {
        taken = true
        return { ...current, grants }
      }
      if (taken) return current
      throw new DeltaError(
        'not-found',
        `could not take share ${JSON.stringify(share)} from recipient ${current.name}: it was not granted`,
      )
    },
    options,
  )
}

/**
 * The names of the recipients that may read a share, given by its name or as it was loaded.
 * @throws {DeltaError} `not-found`.
 */
export async function recipientsOf(
  store: ObjectStore,
  share: string | Share,
  options: ManifestOptions = {},
): Promise<string[]> {
  const granted = typeof share === 'string' ? await loadShare(store, share, options) : share
  const recipients = await loadRecipients(store, options)
  return recipients.filter((recipient) => isGranted(recipient, granted)).map(({ name }) => name)
}

/** Whether a recipient may see a share. A grant is for the share it was given for, not for a later one of that name. */
export function isGranted(recipient: Recipient, share: Share): boolean {
  return recipient.grants.some((grant) => grant.shareId === share.id)
}
