import { isDeltaError } from '../errors.ts'
import { openVersion } from '../log/index.ts'
import type { Share, TableEntry } from '../manifest/index.ts'
import { entriesOf } from './ledger.ts'
import type { PlaneContext } from './plane-context.ts'
import type { CatalogShare } from './share.ts'
import { aliasKey, objectOf } from './share-changes.ts'
import { quoteName } from './sql.ts'

/**
 * Has Unity Catalog read the columns anew of each table that took others where it lies. It remembers those of its
 * registration, and no writer from outside tells it of new ones.
 */
export async function syncSchemas(
  context: PlaneContext,
  shown: CatalogShare,
  current: Share,
  next: Share,
): Promise<void> {
  const { inPlace, warehouseId, catalog } = context
  if (!inPlace || warehouseId === undefined) return
  const before = entriesOf(current)
  for (const entry of next.tables) {
    const old = before.get(aliasKey(entry))
    if (old === undefined || old.location !== entry.location || old.version === entry.version) continue
    const [was, is] = [await schemaText(context, old), await schemaText(context, entry)]
    if (was !== undefined && was === is) continue
    const object = objectOf(shown.objects, entry)
    if (object === undefined) continue
    const name = quoteName(object.name)
    await catalog.statements.run({ warehouseId, statement: `MSCK REPAIR TABLE ${name} SYNC METADATA` })
  }
}

/** Undefined where the version is gone, or it is not said which it is. */
async function schemaText({ openTable }: PlaneContext, { location, version }: TableEntry): Promise<string | undefined> {
  if (version === 'latest') return undefined
  try {
    const { metadata } = await openVersion(await openTable(location), { version, mayHold: () => false })
    return metadata.schemaString
  } catch (error) {
    if (isDeltaError(error, 'not-found')) return undefined
    throw error
  }
}
