import { DeltaError, isDeltaError, messageOf } from '../errors.ts'
import { createShare, dropShare, type NewShare, type Share } from '../manifest/index.ts'
import { untilGone } from './answer-lost.ts'
import { ensureCatalogShare, ensureSchema, findCatalogShare, isLeftOver } from './catalog-share.ts'
import { isActive } from './check-shown.ts'
import { findLedgerShare } from './ledger.ts'
import { howToOwn, isMarked } from './marker.ts'
import { type PlaneContext, placeOf, type SharePlace } from './plane-context.ts'
import { findRenamedShare } from './renamed-share.ts'
import { isAt, objectOf, ownTables } from './share-changes.ts'
import { showTables } from './show-tables.ts'
import { registeredTables } from './unregister.ts'

/**
 * Makes a share: its schema and the share itself in Unity Catalog, and then, once both are there, its page in the ledger.
 * What an attempt left that died is taken over.
 * @throws {DeltaError} `already-exists`; `invalid-argument` for a name or a text that is not allowed.
 */
export async function createPlaneShare(context: PlaneContext, share: NewShare): Promise<Share> {
  const { ledger, runtime } = context
  const place = placeOf(context, share.name)
  const existing = await findLedgerShare(context, share.name)
  if (existing !== undefined) {
    if ((await findCatalogShare(context, place)) !== undefined) throw taken(share.name)
    // Dropped in Databricks, or by somebody who died before he came to the ledger.
    await dropPlaneShare(context, share.name)
  }
  await ensureSchema(context, place)
  await ensureCatalogShare(context, place, share.comment)
  return createShare(ledger, share, { runtime })
}

/**
 * The share as the ledger has it, without the tables that the catalog does not show, and with the history and the comments
 * that it does, where they were published.
 * @throws {DeltaError} `not-found`.
 */
export async function loadPlaneShare(context: PlaneContext, name: string): Promise<Share> {
  const ledger = await findLedgerShare(context, name)
  if (ledger === undefined) throw noShare(context, name)
  const place = placeOf(context, name)
  const found = await findCatalogShare(context, place)
  if (found === undefined) throw await lostShare(context, place)
  const tables = ledger.tables.flatMap((entry) => {
    const object = objectOf(found.objects, entry)
    const isShown = object !== undefined && isAt(place, object, entry) && isActive(object)
    if (!isShown) return []
    const said = entry.comment === undefined ? {} : { comment: object.comment ?? '' }
    return [{ ...entry, history: object.history, ...said }]
  })
  return { ...ledger, tables }
}

/**
 * Ends a share: what it shows, the share itself, what Unity Catalog knows of its tables, their schema, and last its page
 * in the ledger, so that whoever finds it half gone goes on; also one that somebody began to make who died. The files stay.
 * @throws {DeltaError} `not-found`; `permission-denied` for a share that somebody else made under its name; `conflict` for one that has
 * another name by now, by which it is still read.
 */
export async function dropPlaneShare(context: PlaneContext, name: string): Promise<void> {
  const { catalog, ledger, runtime } = context
  const place = placeOf(context, name)
  if ((await findLedgerShare(context, name)) === undefined) {
    if (await dropBegun(context, place)) return
    throw noShare(context, name)
  }
  const found = await findCatalogShare(context, place)
  if (found === undefined) await checkNotRenamed(context, place)
  else {
    if (!isMarked(ledger, found)) throw notOurs(context, place)
    await emptyShare(context, place)
    await untilGone(() => catalog.shares.delete(place.share))
  }
  for (const { fullName } of await registeredTables(context, place)) {
    await untilGone(() => catalog.tables.delete(fullName))
  }
  await dropSchema(context, place)
  await dropShare(ledger, name, { runtime })
}

/** What an attempt left that died before it came to the ledger. @returns whether it left anything. */
async function dropBegun(context: PlaneContext, place: SharePlace): Promise<boolean> {
  const share = await findCatalogShare(context, place)
  const isShareLeft = share !== undefined && (await isLeftOver(context, share))
  if (isShareLeft) await untilGone(() => context.catalog.shares.delete(place.share))
  return (await dropSchema(context, place)) || isShareLeft
}

async function checkNotRenamed(context: PlaneContext, place: SharePlace): Promise<void> {
  const renamed = await findRenamedShare(context, place)
  if (renamed === undefined) return
  const { message, remedy } = renamed
  throw new DeltaError(
    'conflict',
    `share ${place.share} was not dropped: ${message}; ${remedy}, or drops it there; then do this again`,
    { blame: 'kadoa' },
  )
}

/** Of one that is in the ledger, and not in Unity Catalog by its name. */
export async function lostShare(context: PlaneContext, place: SharePlace): Promise<DeltaError> {
  const { message, remedy } = (await findRenamedShare(context, place)) ?? {
    message: `Unity Catalog has no share ${place.share} any more`,
    remedy: 'find out who dropped it; then drop it here too, and create it anew',
  }
  return new DeltaError('not-found', `${message}; ${remedy}`, { blame: 'kadoa' })
}

/** Tables leave a share before they, or their schema, are dropped: otherwise none of their names could be added again. */
async function emptyShare(context: PlaneContext, place: SharePlace): Promise<void> {
  const { objects } = await showTables(context, place, {
    wishes: async (share) => ownTables(place, share.objects).map((table) => ({ ...table, entry: undefined })),
  })
  if (objects.length === 0) return
  const names = objects.map((object) => object.name).join(', ')
  context.warn(`share ${place.share} was dropped although it showed tables of others too: ${names}`)
}

/** @returns whether there was one of ours. */
async function dropSchema({ catalog, ledger, warn }: PlaneContext, { schema }: SharePlace): Promise<boolean> {
  const found = await catalog.schemas.find(schema)
  if (found === undefined || !isMarked(ledger, found)) return false
  try {
    await untilGone(() => catalog.schemas.delete(schema))
  } catch (error) {
    // It holds what somebody else put there; that stays his.
    if (isDeltaError(error, 'unavailable') || isDeltaError(error, 'aborted')) throw error
    warn(`schema ${schema} stays: ${messageOf(error)}`)
  }
  return true
}

function taken(name: string): DeltaError {
  return new DeltaError(
    'already-exists',
    `could not create share ${name}: there is one of that name; choose another, or drop it first`,
  )
}

function notOurs({ ledger }: PlaneContext, { share }: SharePlace): DeltaError {
  return new DeltaError(
    'permission-denied',
    `share ${share} was not dropped: somebody made it anew, or changed its comment; ${howToOwn(ledger, 'SHARE', share)}`,
    { blame: 'kadoa' },
  )
}

export function noShare({ ledger, catalogName }: PlaneContext, name: string): DeltaError {
  return new DeltaError(
    'not-found',
    `there is no share ${JSON.stringify(name)} with a page in ${ledger.location} and a schema in catalog ${catalogName}: list the shares, or create it`,
    { blame: 'kadoa' },
  )
}
