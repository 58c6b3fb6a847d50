import type { Runtime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import {
  createRecipient,
  dropRecipient,
  type NewRecipient,
  type RecipientChange,
  revokeRecipient,
  rotateRecipient,
  setRecipient,
} from './edit-recipient.ts'
import { createShare, dropShare, type NewShare } from './edit-share.ts'
import { grantShare, recipientsOf, ungrantShare } from './grant.ts'
import type { Invitation } from './invitation.ts'
import { pinnedVersions } from './pins.ts'
import { type Publication, publish } from './publish.ts'
import { listRecipients, type RecipientInfo, showRecipient } from './recipient.ts'
import { listShares, loadShare, type Share } from './share.ts'

/**
 * What publishers make shares on: our own manifest in an object store, or a catalog such as Databricks'. Every method is
 * what the function of the same name promises, as far as the plane's promises go; `sharePlaneContract`, at
 * `deltaquill/manifest/testing`, says it in full.
 */
export interface SharePlane {
  readonly promises: PlanePromises
  createShare(share: NewShare): Promise<Share>
  listShares(): Promise<Share[]>
  /** A share as it is now. It is also the fence of what is published on it. */
  loadShare(name: string): Promise<Share>
  dropShare(name: string): Promise<void>
  /** Shows, changes and removes tables: all in one step, where the plane promises that. */
  publish(publication: Publication): Promise<Share>
  /** The versions of a table that must outlive a vacuum, because shares show them. */
  pinnedVersions(location: string): Promise<number[]>
  createRecipient(recipient: NewRecipient): Promise<Invitation>
  setRecipient(change: RecipientChange): Promise<void>
  rotateRecipient(rotation: { readonly name: string; readonly overlap?: number | undefined }): Promise<Invitation>
  revokeRecipient(name: string): Promise<void>
  dropRecipient(name: string): Promise<void>
  listRecipients(): Promise<RecipientInfo[]>
  showRecipient(name: string): Promise<RecipientInfo>
  grantShare(grant: { readonly recipient: string; readonly share: string }): Promise<void>
  ungrantShare(grant: { readonly recipient: string; readonly share: string }): Promise<void>
  /** Who may read a share, by name. */
  recipientsOf(share: string): Promise<string[]>
}

/** What a plane can promise to those who publish on it. */
export interface PlanePromises {
  /** A publisher can read what a recipient would, before (see `openCandidate`) and after. */
  readonly readBack: boolean
  /** A table can show one version while newer ones are written; without it every table shows its newest. */
  readonly pinned: boolean
  /** A publication is one step, fenced by the generation of the share; without it tables change one after the other. */
  readonly atomicSwap: boolean
}

/** The plane whose state is the manifest below `sharing/` in a store. */
export function objectStorePlane(store: ObjectStore, options: { readonly runtime?: Runtime } = {}): SharePlane {
  return {
    promises: { readBack: true, pinned: true, atomicSwap: true },
    createShare: (share) => createShare(store, share, options),
    listShares: () => listShares(store, options),
    loadShare: (name) => loadShare(store, name, options),
    dropShare: (name) => dropShare(store, name, options),
    publish: (publication) => publish(store, publication, options),
    pinnedVersions: (location) => pinnedVersions(store, location, options),
    createRecipient: (recipient) => createRecipient(store, recipient, options),
    setRecipient: (change) => setRecipient(store, change, options),
    rotateRecipient: (rotation) => rotateRecipient(store, rotation, options),
    revokeRecipient: (name) => revokeRecipient(store, name, options),
    dropRecipient: (name) => dropRecipient(store, name, options),
    listRecipients: () => listRecipients(store, options),
    showRecipient: (name) => showRecipient(store, name, options),
    grantShare: (grant) => grantShare(store, grant, options),
    ungrantShare: (grant) => ungrantShare(store, grant, options),
    recipientsOf: (share) => recipientsOf(store, share, options),
  }
}
