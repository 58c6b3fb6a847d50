import { isDeltaError, messageOf } from '../errors.ts'
import type { TableEntry, TableName } from '../manifest/index.ts'
import { untilGone } from './answer-lost.ts'
import { findLedgerShare } from './ledger.ts'
import type { PlaneContext, SharePlace } from './plane-context.ts'
import { fullNameOf } from './share-changes.ts'
import { familyOf, firstName, isRegisteredByUs, numberOf } from './table-name.ts'
import type { CatalogTable } from './tables.ts'

/**
 * Takes from Unity Catalog what it still knows of tables that are shown from elsewhere now, or no longer: also what somebody
 * left who died before he came to it. The files stay. What cannot be done is warned of: no recipient sees it. One with a
 * number stays as well, until the share goes: it tells that its names before are lost.
 */
export async function unregisterLeft(
  context: PlaneContext,
  place: SharePlace,
  left: readonly TableName[],
): Promise<void> {
  if (left.length === 0) return
  const families = new Set(left.map(({ name }) => name.toLowerCase()))
  try {
    const candidates = (await registeredTables(context, place)).filter(
      ({ name }) => families.has(familyOf(name) ?? '') && numberOf(name) === 0,
    )
    for (const { fullName } of candidates) {
      const needed = await neededNames(context, place)
      if (!needed.has(fullName.toLowerCase())) await untilGone(() => context.catalog.tables.delete(fullName))
    }
  } catch (error) {
    if (!isDeltaError(error) || error.code === 'aborted') throw error
    context.warn(`share ${place.share}: tables that it shows no longer are still registered: ${messageOf(error)}`)
  }
}

/** The tables that the plane has registered for a share; none where it has no schema. */
export async function registeredTables(context: PlaneContext, { share }: SharePlace): Promise<CatalogTable[]> {
  try {
    const tables = await context.catalog.tables.list({ catalog: context.catalogName, schema: share })
    return tables.filter(isRegisteredByUs)
  } catch (error) {
    if (isDeltaError(error, 'not-found')) return []
    throw error
  }
}

/** Of tables that are registered, those that lie where an entry says, whatever their numbers. */
export function registeredAt(place: SharePlace, tables: readonly CatalogTable[], entry: TableEntry): CatalogTable[] {
  const first = fullNameOf(place, entry)
  return tables.filter(({ fullName }) => firstName(fullName.toLowerCase()) === first)
}

/** Deleted beneath a share, a table could not be added to it again: so both are asked, right before each. */
async function neededNames(context: PlaneContext, place: SharePlace): Promise<Set<string>> {
  const [ledger, share] = await Promise.all([
    findLedgerShare(context, place.share),
    context.catalog.shares.get(place.share),
  ])
  const published = ledger?.tables.map((entry) => fullNameOf(place, entry)) ?? []
  return new Set([...published, ...share.objects.map(({ name }) => name.toLowerCase())])
}
