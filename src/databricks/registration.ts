import { DeltaError } from '../errors.ts'
import { openVersion } from '../log/index.ts'
import type { TableEntry } from '../manifest/index.ts'
import { mayBeMade } from './answer-lost.ts'
import { ensureSchema } from './catalog-share.ts'
import { catalogColumns } from './columns.ts'
import type { PlaneContext, SharePlace } from './plane-context.ts'
import { fullNameOf } from './share-changes.ts'
import { quoteName, quoteText } from './sql.ts'
import { catalogTableName, isSamePlace, spelled } from './table-name.ts'
import type { CatalogTable } from './tables.ts'

/**
 * Makes a table known to Unity Catalog, as an external table where it lies; one that is known already stays as it is.
 * @throws {DeltaError} `already-exists` when somebody else's table has its name; `not-found` for a location without a table.
 */
export async function ensureRegistered(context: PlaneContext, place: SharePlace, entry: TableEntry): Promise<void> {
  const { tables } = context.catalog
  const fullName = fullNameOf(place, entry)
  const existing = await tables.find(fullName)
  if (existing !== undefined) return checkPlace(existing, entry)
  await ensureSchema(context, place)
  try {
    await register(context, place, entry)
  } catch (error) {
    const made = mayBeMade(error) ? await tables.find(fullName) : undefined
    if (made === undefined) throw error
    checkPlace(made, entry)
  }
}

async function register(context: PlaneContext, place: SharePlace, entry: TableEntry): Promise<void> {
  const { catalog, catalogName, openTable, warehouseId } = context
  const location = spelled(entry.location)
  if (warehouseId !== undefined) {
    const name = quoteName(fullNameOf(place, entry))
    // Without columns: what is said must be what the log says, to the letter.
    const statement = `CREATE TABLE IF NOT EXISTS ${name} USING DELTA LOCATION ${quoteText(location)}`
    await catalog.statements.run({ warehouseId, statement })
    return
  }
  // Only what the table is like is asked; its files may be many.
  const { schema } = await openVersion(await openTable(entry.location), { mayHold: () => false })
  await catalog.tables.create({
    catalog: catalogName,
    schema: place.share,
    name: catalogTableName(entry.name, entry.location),
    location,
    columns: catalogColumns(schema),
  })
}

function checkPlace({ fullName, location }: CatalogTable, entry: TableEntry): void {
  if (isSamePlace(location, entry.location)) return
  throw new DeltaError(
    'already-exists',
    `table ${entry.schema}.${entry.name} cannot be registered: somebody else's table is called ${fullName} and lies at ${location}; drop or rename it in Databricks`,
    { blame: 'kadoa' },
  )
}
