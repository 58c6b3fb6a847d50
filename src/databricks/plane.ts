import { DeltaError } from '../errors.ts'
import { harmless } from '../harmless.ts'
import { listShares, pinnedVersions, type SharePlane } from '../manifest/index.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'
import { type ObjectStore, prefixStore } from '../store/index.ts'
import { inspectPlane } from './inspect/inspect.ts'
import type { PlaneContext } from './plane-context.ts'
import { grantOnPlane, readersOnPlane, ungrantOnPlane } from './plane-grants.ts'
import { prepareOnPlane, publishOnPlane } from './plane-publish.ts'
import {
  createPlaneRecipient,
  dropPlaneRecipient,
  listPlaneRecipients,
  revokePlaneRecipient,
  rotatePlaneRecipient,
  setPlaneRecipient,
  showPlaneRecipient,
} from './plane-recipients.ts'
import { createPlaneShare, dropPlaneShare, loadPlaneShare } from './plane-shares.ts'
import type { UnityCatalog } from './unity-catalog.ts'

export interface DatabricksPlaneOptions {
  /** The workspace that shares. */
  readonly catalog: UnityCatalog
  /** The catalog that gets a schema for each share. */
  readonly catalogName: string
  /** Where it is kept what was published, below `databricks/`. */
  readonly store: ObjectStore
  /** Opens a table by its location, to see its columns. */
  readonly openTable: (location: string) => Promise<ObjectStore>
  /** How tables are made known to Unity Catalog: over REST, which takes no compute, unless a SQL warehouse is named. */
  readonly registration?: 'rest' | { readonly warehouseId: string } | undefined
  /**
   * Where a table that takes another schema lies from then on: elsewhere, and its name in the share moves (`alias-swap`,
   * which is so unless said), or where it lies (`in-place`), which takes a warehouse.
   */
  readonly latest?: 'alias-swap' | 'in-place' | undefined
  /** What Databricks allows this account; 1,000 unless it has raised the limit. */
  readonly tablesPerShare?: number | undefined
  readonly runtime?: Runtime | undefined
  /** Told of what went wrong without harm to what is shared. What it throws is let go of. Default: nowhere. */
  readonly onWarning?: ((message: string) => void) | undefined
}

const TABLES_PER_SHARE = 1000
const FOLDER = 'databricks'

/**
 * The plane whose shares a Databricks workspace shows. What was published is written in a ledger in `store`, and its swap
 * decides between publishers; the share of Unity Catalog follows it. A recipient sees what is committed to a table at once,
 * so what must not be seen must not be committed.
 *
 * An external table of Unity Catalog belongs to one location, so that a table can be shown in one share and by one name.
 * @throws {DeltaError} `invalid-argument` for `in-place` without a warehouse.
 */
export function databricksPlane(options: DatabricksPlaneOptions): SharePlane {
  const context = contextOf(options)
  const { ledger, runtime } = context
  return {
    promises: {
      readBack: false,
      pinned: false,
      newSchemaInPlace: context.inPlace,
      atomicSwap: false,
      metastores: true,
    },
    createShare: (share) => createPlaneShare(context, share),
    listShares: () => listShares(ledger, { runtime }),
    loadShare: (name) => loadPlaneShare(context, name),
    dropShare: (name) => dropPlaneShare(context, name),
    publish: (publication) => publishOnPlane(context, publication),
    prepare: (next) => prepareOnPlane(context, next),
    pinnedVersions: (location) => pinnedVersions(ledger, location, { runtime }),
    createRecipient: (recipient) => createPlaneRecipient(context, recipient),
    setRecipient: (change) => setPlaneRecipient(context, change),
    rotateRecipient: (rotation) => rotatePlaneRecipient(context, rotation),
    revokeRecipient: (name) => revokePlaneRecipient(context, name),
    dropRecipient: (name) => dropPlaneRecipient(context, name),
    listRecipients: () => listPlaneRecipients(context),
    showRecipient: (name) => showPlaneRecipient(context, name),
    grantShare: (grant) => grantOnPlane(context, grant),
    ungrantShare: (grant) => ungrantOnPlane(context, grant),
    recipientsOf: (share) => readersOnPlane(context, share),
    inspect: (about) => inspectPlane(context, about),
  }
}

function contextOf(options: DatabricksPlaneOptions): PlaneContext {
  const { catalog, catalogName, store, openTable, registration = 'rest', latest = 'alias-swap' } = options
  const { tablesPerShare = TABLES_PER_SHARE, runtime = systemRuntime, onWarning } = options
  const inPlace = latest === 'in-place'
  if (inPlace && registration === 'rest') {
    throw new DeltaError(
      'invalid-argument',
      'tables cannot take other columns in place without a SQL warehouse, which has Unity Catalog read them anew: name one, or let latest be alias-swap',
    )
  }
  return {
    catalog,
    catalogName,
    ledger: prefixStore(store, FOLDER),
    openTable,
    warehouseId: registration === 'rest' ? undefined : registration.warehouseId,
    inPlace,
    tablesPerShare,
    runtime,
    warn: harmless(onWarning),
  }
}
