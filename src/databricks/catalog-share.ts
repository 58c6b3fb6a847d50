import { DeltaError, foundOrNone } from '../errors.ts'
import { mayBeMade, seenSoon } from './answer-lost.ts'
import { isMarked, marked } from './marker.ts'
import type { PlaneContext, SharePlace } from './plane-context.ts'
import type { CatalogShare } from './share.ts'

/** The share as Unity Catalog has it, undefined where it has none. */
export function findCatalogShare({ catalog }: PlaneContext, { share }: SharePlace): Promise<CatalogShare | undefined> {
  return foundOrNone(catalog.shares.get(share))
}

/**
 * Makes the share in Unity Catalog, or takes the empty one over that an earlier attempt made and nobody has written down.
 * @throws {DeltaError} `already-exists` for one that is somebody else's, or that is in use.
 */
export async function ensureCatalogShare(
  context: PlaneContext,
  place: SharePlace,
  comment: string | undefined,
): Promise<void> {
  const { catalog, ledger, runtime } = context
  const { share: name } = place
  if (await isOrphan(context, place)) return
  try {
    await catalog.shares.create({ name, comment: marked(ledger, comment) })
  } catch (error) {
    if (!mayBeMade(error) || !(await seenSoon(runtime, () => isOrphan(context, place)))) throw error
  }
  // Whoever goes on with it takes one that he does not see for dropped.
  await seenSoon(runtime, () => findCatalogShare(context, place))
}

async function isOrphan(context: PlaneContext, place: SharePlace): Promise<boolean> {
  const found = await findCatalogShare(context, place)
  if (found === undefined) return false
  if (await isLeftOver(context, found)) return true
  throw taken(place, `share ${place.share}`)
}

/** Whether a share has our mark, and shows nothing to nobody. */
export async function isLeftOver({ catalog, ledger }: PlaneContext, share: CatalogShare): Promise<boolean> {
  if (!isMarked(ledger, share) || share.objects.length > 0) return false
  return (await catalog.shares.permissions(share.name)).length === 0
}

/** Makes the schema of a share in Unity Catalog where it is not there. @throws {DeltaError} `already-exists` for somebody else's. */
export async function ensureSchema(context: PlaneContext, place: SharePlace): Promise<void> {
  const { catalog, ledger, catalogName, runtime } = context
  if (await hasSchema(context, place)) return
  const comment = marked(ledger, `Tables of the share ${place.share}.`)
  try {
    await catalog.schemas.create({ catalog: catalogName, name: place.share, comment })
  } catch (error) {
    if (!mayBeMade(error) || !(await seenSoon(runtime, () => hasSchema(context, place)))) throw error
  }
}

async function hasSchema({ catalog, ledger }: PlaneContext, place: SharePlace): Promise<boolean> {
  const found = await catalog.schemas.find(place.schema)
  if (found !== undefined && !isMarked(ledger, found)) throw taken(place, `schema ${place.schema}`)
  return found !== undefined
}

function taken({ share }: SharePlace, what: string): DeltaError {
  return new DeltaError(
    'already-exists',
    `could not create share ${share}: Unity Catalog has a ${what} that is somebody else's, or in use; choose another name, or drop it in Databricks first`,
    { blame: 'kadoa' },
  )
}
