import { type Finding, failed, passed, type TableToShow } from '../../manifest/index.ts'
import { findCatalogShare } from '../catalog-share.ts'
import type { Obstacle } from '../plane-context.ts'
import { whyTaken } from '../registration.ts'
import { whyFull } from '../room.ts'
import type { CatalogShare } from '../share.ts'
import { fullNameOf, isOurs, objectOf, whyForeign } from '../share-changes.ts'
import { isSamePlace } from '../table-name.ts'
import { inspectShareOwner } from './share-owner.ts'
import type { Subject } from './subject.ts'

/** Whether tables that are to come find their names free and room in the share, each for itself. */
export async function inspectNewTables(subject: Subject): Promise<Finding[]> {
  const { context, about, place } = subject
  const { tables = [] } = about
  const share = tables.length === 0 ? undefined : await findCatalogShare(context, place)
  if (share === undefined) return []
  const findings = inspectShareOwner(subject, share)
  let { size } = new Set(share.objects.map(({ name }) => name.toLowerCase()))
  for (const table of tables) {
    // What is shown from elsewhere, or hidden, has its room.
    const needed = objectOf(share.objects, table) === undefined ? size + 1 : size
    const taken = await findTaken(subject, share, table)
    if (taken !== undefined) findings.push({ ...failed('taken-name', taken.message, taken.remedy), table })
    else if (needed > size && needed > context.tablesPerShare) {
      const { message, remedy } = whyFull(context, place, needed)
      findings.push({ ...failed('quota', message, remedy, 'databricks'), table })
    } else size = needed
  }
  if (findings.length > 0) return findings
  return [passed('new-tables', `share ${place.share} has room for ${tables.length} more, and their names are free`)]
}

/** What else has the name by which recipients are to see a table, or its name in Unity Catalog. */
async function findTaken(
  { context, place }: Subject,
  { objects }: CatalogShare,
  table: TableToShow,
): Promise<Obstacle | undefined> {
  const shown = objectOf(objects, table)
  if (shown !== undefined && !isOurs(place, shown)) return whyForeign(place, table, shown)
  const existing = await context.catalog.tables.find(fullNameOf(place, table))
  return existing === undefined || isSamePlace(existing.location, table.location)
    ? undefined
    : whyTaken(existing, table)
}
