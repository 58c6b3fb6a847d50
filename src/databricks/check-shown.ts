import { DeltaError } from '../errors.ts'
import type { TableEntry } from '../manifest/index.ts'
import type { PlaneContext, SharePlace } from './plane-context.ts'
import type { CatalogShare, SharedObject } from './share.ts'
import { fullNameOf, objectOf, type TableToRegister, type Wish } from './share-changes.ts'
import { quoteIdentifier, quoteName } from './sql.ts'

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
  // Somebody may have granted meanwhile what was missing.
  const [still] = hiddenAmong(await context.catalog.shares.get(place.share), hidden)
  if (still?.entry === undefined) return
  throw notSeen(place, share, still.entry)
}

/**
 * Makes sure that no table is to be added anew which the share hides: that would not show it.
 * @throws {DeltaError} as {@link checkShown}.
 */
export function checkNotHidden(place: SharePlace, share: CatalogShare, { entry, table }: TableToRegister): void {
  const isHidden = share.objects.some((object) => object.name.toLowerCase() === table && !isActive(object))
  if (isHidden) throw notSeen(place, share, entry)
}

function notSeen(place: SharePlace, share: CatalogShare, entry: TableEntry): DeltaError {
  const { schema, name } = entry
  const { status = 'missing', name: table = fullNameOf(place, entry) } = objectOf(share.objects, entry) ?? {}
  const remedy = howToShow({ table, owner: share.owner })
  return new DeltaError(
    'permission-denied',
    `recipients of share ${place.share} do not see ${schema}.${name}: its status is ${status}; ${remedy}`,
    { blame: 'kadoa' },
  )
}

/** What has a share show a table again that it hides. */
export function howToShow({ table, owner }: { readonly table: string; readonly owner: string | undefined }): string {
  const reader = owner === undefined ? '<owner of the share>' : quoteIdentifier(owner)
  return `the owner of the share must be able to read the table, always: GRANT SELECT ON TABLE ${quoteName(table)} TO ${reader}, with USE SCHEMA and USE CATALOG above it`
}

function hiddenAmong({ objects }: CatalogShare, wishes: readonly Wish[]): Wish[] {
  return wishes.filter((wish) => {
    const object = wish.entry === undefined ? undefined : objectOf(objects, wish)
    return wish.entry !== undefined && (object === undefined || !isActive(object))
  })
}
