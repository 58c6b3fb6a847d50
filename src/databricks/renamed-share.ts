import { permittedOrNone } from '../errors.ts'
import { findLedgerShare } from './ledger.ts'
import { isMarked } from './marker.ts'
import type { Obstacle, PlaneContext, SharePlace } from './plane-context.ts'
import { isOurs } from './share-changes.ts'
import { quoteIdentifier } from './sql.ts'

/**
 * Of a share that Unity Catalog does not have by its name any more: that somebody renamed it, and what to do. It has our mark, a name
 * that the ledger does not know, and shows tables of the schema of the share. One that shows none is let go: nobody reads anything by it.
 */
export async function findRenamedShare(context: PlaneContext, place: SharePlace): Promise<Obstacle | undefined> {
  const { catalog, ledger } = context
  for (const listed of (await permittedOrNone(catalog.shares.list())) ?? []) {
    if (!isMarked(ledger, listed) || (await findLedgerShare(context, listed.name)) !== undefined) continue
    const { name, objects } = await catalog.shares.get(listed.name)
    if (objects.some((object) => isOurs(place, object))) return whyRenamed(place, name)
  }
  return undefined
}

function whyRenamed({ share }: SharePlace, now: string): Obstacle {
  const renaming = `ALTER SHARE ${quoteIdentifier(now)} RENAME TO ${quoteIdentifier(share)}`
  return {
    message: `share ${share} is called ${now} in Unity Catalog by now: whom it was granted to still reads it, and nothing new comes into it`,
    remedy: `its owner, who has CREATE SHARE on the metastore, runs: ${renaming}`,
  }
}
