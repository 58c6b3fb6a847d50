import { DeltaError } from '../errors.ts'
import type { PlaneContext, SharePlace } from './plane-context.ts'
import { ensureRegistered } from './registration.ts'
import type { CatalogShare, SharedObject } from './share.ts'
import { fullNameOf, objectOf, type Wish } from './share-changes.ts'

/** Whether recipients see an object: its owner may lose what it takes to show it. */
export function isActive({ status }: SharedObject): boolean {
  return status === undefined || status === 'ACTIVE'
}

/**
 * Makes sure that recipients see every table that is wished.
 * @throws {DeltaError} `permission-denied` naming the first that they do not see, and whose move it is.
 */
export async function checkShown(
  context: PlaneContext,
  place: SharePlace,
  share: CatalogShare,
  wishes: readonly Wish[],
): Promise<void> {
  const hidden = hiddenAmong(share, wishes)
  if (hidden.length === 0) return
  // A table that was dropped in Databricks behind the share's back is made known again.
  for (const { entry } of hidden) if (entry !== undefined) await ensureRegistered(context, place, entry)
  const [still] = hiddenAmong(await context.catalog.shares.get(place.share), hidden)
  if (still?.entry === undefined) return
  const { schema, name, entry } = still
  const status = objectOf(share.objects, still)?.status ?? 'missing'
  const owner = share.owner === undefined ? '<owner of the share>' : `\`${share.owner}\``
  throw new DeltaError(
    'permission-denied',
    `recipients of share ${place.share} do not see ${schema}.${name}: its status is ${status}; the owner of the share must be able to read the table, always: GRANT SELECT ON TABLE ${fullNameOf(place, entry)} TO ${owner}, with USE SCHEMA and USE CATALOG above it`,
    { blame: 'kadoa' },
  )
}

function hiddenAmong({ objects }: CatalogShare, wishes: readonly Wish[]): Wish[] {
  return wishes.filter((wish) => {
    const object = wish.entry === undefined ? undefined : objectOf(objects, wish)
    return wish.entry !== undefined && (object === undefined || !isActive(object))
  })
}
