import { DeltaError } from '../errors.ts'
import { openVersion } from '../log/index.ts'
import type { TableEntry, TableName } from '../manifest/index.ts'
import { mayBeMade, seenSoon, untilGone } from './answer-lost.ts'
import { ensureSchema } from './catalog-share.ts'
import { catalogColumns } from './columns.ts'
import type { Obstacle, PlaneContext, SharePlace } from './plane-context.ts'
import type { TableToRegister } from './share-changes.ts'
import { quoteName, quoteText } from './sql.ts'
import { isSamePlace, numberOf, spelled } from './table-name.ts'
import type { CatalogTable } from './tables.ts'
import { registeredAt, registeredTables } from './unregister.ts'

/**
 * Makes a table known to Unity Catalog, as an external table where it lies; one that is known already stays as it is.
 * @throws {DeltaError} `already-exists` when somebody else's table has its name; `not-found` for a location without a table.
 */
export async function ensureRegistered(
  context: PlaneContext,
  place: SharePlace,
  { entry, table }: TableToRegister,
): Promise<void> {
  const { tables } = context.catalog
  const existing = await tables.find(table)
  if (existing !== undefined) return checkPlace(existing, entry)
  await ensureSchema(context, place)
  if (numberOf(table) > 0) await makeRoom(context, place, { entry, table })
  try {
    await register(context, place, { entry, table })
  } catch (error) {
    const made = mayBeMade(error) ? await seenSoon(context.runtime, () => tables.find(table)) : undefined
    if (made === undefined) throw error
    checkPlace(made, entry)
  }
}

async function register(context: PlaneContext, place: SharePlace, { entry, table }: TableToRegister): Promise<void> {
  const { catalog, catalogName, openTable, warehouseId } = context
  const location = spelled(entry.location)
  if (warehouseId !== undefined) {
    // Without columns: what is said must be what the log says, to the letter.
    const statement = `CREATE TABLE IF NOT EXISTS ${quoteName(table)} USING DELTA LOCATION ${quoteText(location)}`
    await catalog.statements.run({ warehouseId, statement })
    return
  }
  // Only what the table is like is asked; its files may be many.
  const { schema } = await openVersion(await openTable(entry.location), { mayHold: () => false })
  await catalog.tables.create({
    catalog: catalogName,
    schema: place.share,
    name: table.slice(place.schema.length + 1),
    location,
    columns: catalogColumns(schema),
  })
}

/** Takes away what else is registered where a table lies: a place has one table, and no share shows that one. */
async function makeRoom(context: PlaneContext, place: SharePlace, { entry, table }: TableToRegister): Promise<void> {
  const { schema, name } = entry
  context.warn(
    `${schema}.${name} was dropped in Databricks: it is registered anew, as ${table}; who streams from it begins again`,
  )
  for (const { fullName } of registeredAt(place, await registeredTables(context, place), entry)) {
    await untilGone(() => context.catalog.tables.delete(fullName))
  }
}

function checkPlace(existing: CatalogTable, entry: TableEntry): void {
  if (isSamePlace(existing.location, entry.location)) return
  const { message, remedy } = whyTaken(existing, entry)
  throw new DeltaError('already-exists', `${message}; ${remedy}`, { blame: 'kadoa' })
}

/** Of something else in Unity Catalog that is called as a table is to be. */
export function whyTaken(
  { fullName, location, type = 'object', owner }: CatalogTable,
  { schema, name }: TableName,
): Obstacle {
  const what = location === '' ? type.toLowerCase().replaceAll('_', ' ') : `table, at ${location},`
  return {
    message: `table ${schema}.${name} cannot be registered: somebody else's ${what} is called ${fullName}`,
    remedy: `${owner === undefined ? 'its owner' : `its owner (${owner})`} drops or renames it in Databricks`,
  }
}
