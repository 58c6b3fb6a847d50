import { DeltaError } from '../errors.ts'
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
import type { Finding } from './finding.ts'
import { grantShare, recipientsOf, ungrantShare } from './grant.ts'
import type { Invitation } from './invitation.ts'
import { replaceLeaked } from './leak.ts'
import { pinnedVersions } from './pins.ts'
import { type Publication, publish } from './publish.ts'
import { listRecipients, type RecipientInfo, showRecipient } from './recipient.ts'
import { listShares, loadShare, type Share } from './share.ts'
import type { TableName } from './table-entry.ts'

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
  /**
   * Does with tables that are to be shown what `publish` would do before it shows them, where that is anything: so what stands
   * against one of them is found while nobody sees anything of it. Where it is anything, it has the fence of `publish`.
   */
  prepare(next: Pick<Publication, 'share' | 'tables'>): Promise<void>
  /** The versions of a table that must outlive a vacuum, because they are what was published. */
  pinnedVersions(location: string): Promise<number[]>
  /**
   * Creates a recipient; where it shows a token, with the link to it. One that is known by its metastore shows none, and
   * gets no link.
   */
  createRecipient(recipient: PlaneRecipient): Promise<Invitation | undefined>
  setRecipient(change: RecipientChange): Promise<void>
  /** With `isLeaked` all that is out ends at once, whatever the overlap, and it is written down in `leaks`. */
  rotateRecipient(rotation: PlaneRotation): Promise<Invitation>
  revokeRecipient(name: string): Promise<void>
  dropRecipient(name: string): Promise<void>
  listRecipients(): Promise<RecipientInfo[]>
  showRecipient(name: string): Promise<RecipientInfo>
  grantShare(grant: { readonly recipient: string; readonly share: string }): Promise<void>
  ungrantShare(grant: { readonly recipient: string; readonly share: string }): Promise<void>
  /** Who may read a share, by name. */
  recipientsOf(share: string): Promise<string[]>
  /**
   * What is wanting before the plane can do its work, and what is as it should be; nothing where it needs no preparation.
   * What is shown and was never published is the check `unpublished`, a published table that somebody dropped where the plane keeps
   * it `dropped-table`: a publication that names no table, and touches the share, takes back the one and shows the other again.
   * A published table that recipients may not see is `hidden-object`.
   * What is wrong with the share itself is the check `share`; that another owns it by now, by which nobody may see its tables, is
   * `share-owner`.
   */
  inspect(about: PlaneAbout): Promise<Finding[]>
}

export interface PlaneRotation {
  readonly name: string
  /** Milliseconds that the tokens which are out live on. */
  readonly overlap?: number | undefined
  /** Whether something of it got into wrong hands. */
  readonly isLeaked?: boolean | undefined
  /** Where this link and later ones lead; a plane that is served elsewhere refuses it with `unsupported`. */
  readonly endpoint?: string | undefined
}

/** A recipient to be. */
export interface PlaneRecipient extends NewRecipient {
  /**
   * Of the metastore by which a recipient on Databricks is known, in place of a token: `<cloud>:<region>:<uuid>`. A plane
   * without such recipients refuses it with `unsupported`.
   */
  readonly sharingIdentifier?: string | undefined
}

/** What a plane is inspected for. */
export interface PlaneAbout {
  readonly share: string
  /** Where the tables are to be, as a location string. */
  readonly root: string
  readonly sharingIdentifier?: string | undefined
  /**
   * All unless said. `new-tables`: what it takes to show tables that are not shown yet; what fails then is a hindrance: what may
   * not be looked at passes. `readers`: which of those who may read the share are ours, under other names than we gave them.
   */
  readonly only?: 'new-tables' | 'readers' | undefined
  /** With `new-tables`: which they are; the first that come are the first to have room. */
  readonly tables?: readonly TableToShow[] | undefined
}

/** A table that is not shown yet, and where it is to lie, as far as that is known. */
export interface TableToShow extends TableName {
  readonly location: string
}

/** What a plane can promise to those who publish on it. */
export interface PlanePromises {
  /** A publisher can read what a recipient would, before (see `openCandidate`) and after. */
  readonly readBack: boolean
  /**
   * A table can show one version while newer ones are written; without it recipients see the newest, and the version in
   * the share is the one that was published last.
   */
  readonly pinned: boolean
  /** A table that is shown may get another schema where it is; without it, it is to be shown from another place then. */
  readonly newSchemaInPlace: boolean
  /** A publication is one step, fenced by the generation of the share; without it tables change one after the other. */
  readonly atomicSwap: boolean
  /** A recipient may be known by its metastore, and then shows no token. */
  readonly metastores: boolean
}

/** The plane whose state is the manifest below `sharing/` in a store. */
export function objectStorePlane(store: ObjectStore, options: { readonly runtime?: Runtime } = {}): SharePlane {
  return {
    promises: { readBack: true, pinned: true, newSchemaInPlace: true, atomicSwap: true, metastores: false },
    createShare: (share) => createShare(store, share, options),
    listShares: () => listShares(store, options),
    loadShare: (name) => loadShare(store, name, options),
    dropShare: (name) => dropShare(store, name, options),
    publish: (publication) => publish(store, publication, options),
    prepare: async () => {},
    pinnedVersions: (location) => pinnedVersions(store, location, options),
    async createRecipient({ sharingIdentifier, ...recipient }) {
      if (sharingIdentifier !== undefined) throw noMetastores(recipient)
      return createRecipient(store, recipient, options)
    },
    setRecipient: (change) => setRecipient(store, change, options),
    rotateRecipient: ({ isLeaked = false, ...rotation }) =>
      isLeaked
        ? replaceLeaked(store, rotation.name, { ...options, endpoint: rotation.endpoint })
        : rotateRecipient(store, rotation, options),
    revokeRecipient: (name) => revokeRecipient(store, name, options),
    dropRecipient: (name) => dropRecipient(store, name, options),
    listRecipients: () => listRecipients(store, options),
    showRecipient: (name) => showRecipient(store, name, options),
    grantShare: (grant) => grantShare(store, grant, options),
    ungrantShare: (grant) => ungrantShare(store, grant, options),
    recipientsOf: (share) => recipientsOf(store, share, options),
    inspect: async () => [],
  }
}

function noMetastores({ name }: NewRecipient): DeltaError {
  return new DeltaError(
    'unsupported',
    `recipient ${name} cannot be created: a manifest in an object store has no recipients on Databricks; take the plane of a Databricks workspace, or a recipient by token`,
    { feature: 'databricks' },
  )
}
