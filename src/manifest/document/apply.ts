import { DeltaError } from '../../errors.ts'
import { changeRecord, createRecord, sameJson } from '../../record/index.ts'
import type { ObjectStore } from '../../store/index.ts'
import { dropRecipient, onTerms, storeRecipient } from '../edit-recipient.ts'
import { dropShare } from '../edit-share.ts'
import type { ManifestOptions } from '../options.ts'
import { changeRecipient, type Recipient } from '../recipient.ts'
import { type Share, shareKey, shareShape } from '../share.ts'
import type { Change, ManifestPlan } from './plan.ts'

/**
 * Makes the manifest what a plan says, one object at a time: first the terms of recipients and what is taken away from
 * them, then what is shown, last what is given to them. So who loses a share never sees what it shows next, and who gets
 * one never what it showed before. A recipient that is new has no link yet: rotating it makes one. After a death half-way
 * the next plan is the rest of this one.
 * @throws {DeltaError} `conflict` when somebody changed the same share, or made the same thing, since the plan was made.
 */
export async function applyPlan(
  store: ObjectStore,
  { shares, recipients }: Pick<ManifestPlan, 'shares' | 'recipients'>,
  options: ManifestOptions = {},
): Promise<void> {
  const changed = recipients.filter(({ before, after }) => before !== after)
  for (const change of changed) await narrowRecipient(store, change, options)
  for (const change of shares) if (change.before !== change.after) await applyShare(store, change, options)
  for (const change of changed) await grantRecipient(store, change, options)
}

async function applyShare(
  store: ObjectStore,
  { before, after }: Change<Share>,
  options: ManifestOptions,
): Promise<void> {
  if (after === undefined) return before && dropShare(store, before.name, options)
  const { name, id } = after
  if (before === undefined) {
    if (await createRecord(store, shareKey(name), shareShape, after, (found) => found.id === id, options)) return
    throw overtaken(`share ${name} was created`)
  }
  const change = (share: Share): Share => {
    if (sameJson(share, after)) return share
    if (share.id === before.id && share.generation === before.generation) return after
    throw overtaken(`share ${name} was changed`)
  }
  await changeRecord(store, shareKey(name), shareShape, change, () => overtaken(`share ${name} was dropped`), options)
}

/** Takes grants away and sets the terms, of a recipient that is there; drops one that goes. */
async function narrowRecipient(
  store: ObjectStore,
  { before, after }: Change<Recipient>,
  options: ManifestOptions,
): Promise<void> {
  if (before === undefined) return
  if (after === undefined) return dropRecipient(store, before.name, options)
  const { tokenLifetime: expiresIn, allowedIps, endpoint = null } = after
  const stays = grantsOf(after)
  const goes = new Set([...grantsOf(before)].filter((shareId) => !stays.has(shareId)))
  await changePlanned(
    store,
    before,
    (recipient) => {
      const narrowed = onTerms(recipient, { expiresIn, allowedIps, endpoint })
      if (!narrowed.grants.some(({ shareId }) => goes.has(shareId))) return narrowed
      return { ...narrowed, grants: narrowed.grants.filter(({ shareId }) => !goes.has(shareId)) }
    },
    options,
  )
}

/** Gives new grants to a recipient that is there; creates one that is not, with all of its own. */
async function grantRecipient(
  store: ObjectStore,
  { before, after }: Change<Recipient>,
  options: ManifestOptions,
): Promise<void> {
  if (after === undefined) return
  if (before === undefined) return storeRecipient(store, after, options)
  const change = (recipient: Recipient): Recipient => {
    const has = grantsOf(recipient)
    const had = grantsOf(before)
    const added = after.grants.filter(({ shareId }) => !has.has(shareId) && !had.has(shareId))
    return added.length === 0 ? recipient : { ...recipient, grants: [...recipient.grants, ...added] }
  }
  await changePlanned(store, before, change, options)
}

/** Of a recipient only what the plan is about is changed: its tokens and link go on meanwhile. */
async function changePlanned(
  store: ObjectStore,
  { name, id }: Recipient,
  change: (recipient: Recipient) => Recipient,
  options: ManifestOptions,
): Promise<void> {
  const planned = (recipient: Recipient): Recipient => {
    if (recipient.id !== id) throw overtaken(`recipient ${name} was dropped and created anew`)
    return change(recipient)
  }
  await changeRecipient(store, name, planned, options)
}

function grantsOf({ grants }: Recipient): ReadonlySet<string> {
  return new Set(grants.map(({ shareId }) => shareId))
}

function overtaken(what: string): DeltaError {
  return new DeltaError('conflict', `${what} since the plan was made: apply the document again, for the rest of it`)
}
