import type { Share, TableName } from '../manifest/index.ts'
import { entriesOf, findLedgerShare } from './ledger.ts'
import type { PlaneContext, SharePlace } from './plane-context.ts'
import type { CatalogShare, SharedObject } from './share.ts'
import { aliasKey, ownTables, shareChanges, type Wish } from './share-changes.ts'
import { showTables } from './show-tables.ts'

/**
 * Brings the catalog to what the ledger says, and says still when it is done: the tables that are named, and those that the
 * catalog shows otherwise or that nobody has published. A table that it does not show at all and that is not named stays
 * away: somebody may have had a reason.
 * @throws {DeltaError} `not-found` where the catalog has no such share.
 */
export async function settle(context: PlaneContext, place: SharePlace, named: readonly TableName[]): Promise<void> {
  await showTables(context, place, {
    wishes: async (share) => settledWishes(place, share, await findLedgerShare(context, place.share), named),
  })
}

/** Whether the catalog shows a table of the plane otherwise than the ledger says. */
export function isUnsettled(place: SharePlace, share: CatalogShare, ledger: Share): boolean {
  return shareChanges(place, share.objects, settledWishes(place, share, ledger, [])).length > 0
}

/** Whether recipients see, by an object of the plane, another table than was published, or more of it. */
export function isShownOtherwise(place: SharePlace, ledger: Share, object: SharedObject): boolean {
  const changes = shareChanges(place, [object], settledWishes(place, { objects: [object] }, ledger, []))
  return changes.some(({ action }) => action !== 'UPDATE')
}

function settledWishes(
  place: SharePlace,
  { objects }: Pick<CatalogShare, 'objects'>,
  ledger: Share | undefined,
  named: readonly TableName[],
): Wish[] {
  const entries = entriesOf(ledger)
  const wishes = new Map<string, Wish>()
  for (const { schema, name } of [...ownTables(place, objects), ...named]) {
    const alias = aliasKey({ schema, name })
    wishes.set(alias, { schema, name, entry: entries.get(alias) })
  }
  return [...wishes.values()]
}
