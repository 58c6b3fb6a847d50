import type { Runtime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import {
  createRecipient,
  type Invitation,
  type NewRecipient,
  revokeRecipient,
  rotateRecipient,
} from './edit-recipient.ts'
import { addTable, createShare, dropShare, type NewTable, removeTable } from './edit-share.ts'
import { grantShare, ungrantShare } from './grant.ts'
import { listRecipients, type RecipientInfo, showRecipient } from './recipient.ts'
import { listShares, loadShare, type Share } from './share.ts'

/**
 * What shares are made on: our own manifest in an object store, or a catalog such as Databricks'. Every method is what
 * the function of the same name promises.
 */
export interface SharePlane {
  readonly promises: PlanePromises
  createShare(share: { readonly name: string; readonly comment?: string | undefined }): Promise<Share>
  listShares(): Promise<Share[]>
  loadShare(name: string): Promise<Share>
  dropShare(name: string): Promise<void>
  addTable(table: NewTable): Promise<Share>
  removeTable(table: { readonly share: string; readonly schema: string; readonly name: string }): Promise<Share>
  createRecipient(recipient: NewRecipient): Promise<Invitation>
  rotateRecipient(rotation: { readonly name: string; readonly overlap?: number | undefined }): Promise<Invitation>
  listRecipients(): Promise<RecipientInfo[]>
  showRecipient(name: string): Promise<RecipientInfo>
  revokeRecipient(name: string): Promise<void>
  grantShare(grant: { readonly recipient: string; readonly share: string }): Promise<void>
  ungrantShare(grant: { readonly recipient: string; readonly share: string }): Promise<void>
}

/** What a plane can promise to those who publish on it. */
export interface PlanePromises {
  /** A publisher can read what a recipient would, before and after. */
  readonly readBack: boolean
  /** A table can show one version while newer ones are written. */
  readonly pinned: boolean
  /** All tables of a share change to their next versions in one step. */
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
    addTable: (table) => addTable(store, table, options),
    removeTable: (table) => removeTable(store, table, options),
    createRecipient: (recipient) => createRecipient(store, recipient, options),
    rotateRecipient: (rotation) => rotateRecipient(store, rotation, options),
    listRecipients: () => listRecipients(store, options),
    showRecipient: (name) => showRecipient(store, name, options),
    revokeRecipient: (name) => revokeRecipient(store, name, options),
    grantShare: (grant) => grantShare(store, grant, options),
    ungrantShare: (grant) => ungrantShare(store, grant, options),
  }
}
