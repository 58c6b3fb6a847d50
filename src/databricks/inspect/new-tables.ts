import { type Finding, failed, passed, type TableToShow } from '../../manifest/index.ts'
import { findCatalogShare } from '../catalog-share.ts'
import { isActive } from '../check-shown.ts'
import type { Obstacle } from '../plane-context.ts'
import { whyTaken } from '../registration.ts'
import { whyFull } from '../room.ts'
import type { CatalogShare } from '../share.ts'
import { fullNameOf, isOurs, objectOf, whyForeign } from '../share-changes.ts'
import { isSamePlace } from '../table-name.ts'
import { inspectHidden } from './hidden.ts'
import { inspectShareOwner } from './share-owner.ts'
import type { Subject } from './subject.ts'

/** Whether tables that are to come find their names free and room in the share, each for itself. */
export async function inspectNewTables(subject: Subject): Promise<Finding[]> {
  const { context, about, place } = subject
  const { tables = [] } = about
  const share = tables.length === 0 ? undefined : await findCatalogShare(context, place)
  if (share === undefined) return []
  const handedOver = inspectShareOwner(subject, share)
  const findings = [...handedOver, ...(handedOver.length === 0 ? await inspectHiddenAmong(subject, share, tables) : [])]
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

/** Of tables that the share hides: that of one which was dropped comes back by being shown, another does not. */
async function inspectHiddenAmong(
  subject: Subject,
  share: CatalogShare,
  tables: readonly TableToShow[],
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const table of tables) {
    const object = objectOf(share.objects, table)
    if (object === undefined || isActive(object) || !isOurs(subject.place, object)) continue
    const found = await inspectHidden(subject, share, object)
    if (found.check === 'hidden-object') findings.push({ ...found, table })
  }
  return findings
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
