import { DeltaError } from '../errors.ts'
import { findTable, type ShownTable } from '../manifest/index.ts'
import type { Table } from '../table/index.ts'
import type { ConnectorContext } from './context.ts'
import { type Fence, type PinnedPlace, pinnedPlace } from './publish/fence.ts'
import { parseTableName } from './table-name.ts'
import { findTableAt } from './version-table.ts'

/**
 * Lets go, for good, of everything in some tables that the share does not show: files, and the history that tells of them.
 * The commit that took rows out tells of them too, so the share first moves to the version that the deletion of files
 * leaves, which is the same otherwise. To be called as the holder of the lease, with a fence that was loaded within it, while
 * nobody can commit to the tables of versions.
 * @returns the generation of the share.
 * @throws {DeltaError} `conflict` when somebody wrote to one of them meanwhile: begin again; `invalid-argument` where another
 * share shows an older version.
 */
export async function purgeTables(context: ConnectorContext, fence: Fence, names: readonly string[]): Promise<number> {
  const { plane, signal } = context
  const purged: (PinnedPlace & { readonly version: number })[] = []
  for (const name of names) {
    const place = pinnedPlace(context, fence, name)
    const version = await deleteFiles(context, place)
    if (version !== undefined) purged.push({ ...place, version })
  }
  const tables = purged.flatMap((table) => moved(fence, table))
  const { generation } = await plane.publish({ share: fence.share, tables })
  for (const place of purged) {
    const keepVersions = await plane.pinnedVersions(place.location)
    const table = await findTableAt(context, place, { keepVersions })
    await table?.forgetHistory({ before: place.version, keepVersions, ...(signal && { signal }) })
    await table?.settled()
  }
  return generation
}

/** @returns the newest version after it, which shows what the share shows; undefined where there is no such table. */
async function deleteFiles(context: ConnectorContext, place: PinnedPlace): Promise<number | undefined> {
  const { plane, signal } = context
  const keepVersions = await plane.pinnedVersions(place.location)
  const table = await findTableAt(context, place, { keepVersions })
  if (table === undefined) return undefined
  await goBack(table, place, signal)
  await table.vacuum({ retentionMilliseconds: 0, force: true, keepVersions, signal })
  await table.settled()
  return table.version
}

/** What a publication left that died or lost goes with the rest; of the tables of versions it is still wanted. */
async function goBack(table: Table, { name, pin }: PinnedPlace, signal: AbortSignal | undefined): Promise<void> {
  if (pin === undefined || pin === table.version) return
  if (parseTableName(name)?.kind !== 'version') await table.restore({ version: pin, exclusive: true, signal })
  else {
    throw new DeltaError(
      'conflict',
      `${table.location} was changed meanwhile: it is at ${table.version}, shown is ${pin}`,
    )
  }
}

function moved(
  { share, record }: Fence,
  { name, pin, version }: PinnedPlace & { readonly version: number },
): ShownTable[] {
  const entry = findTable(share, { schema: record.schema, name })
  if (pin === undefined || pin === version || entry === undefined) return []
  const { schema, location, history } = entry
  return [{ schema, name, location, version, history, ...(history && { startVersion: version }) }]
}
