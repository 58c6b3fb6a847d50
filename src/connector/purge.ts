import { DeltaError } from '../errors.ts'
import { findTable, type ShownTable } from '../manifest/index.ts'
import type { Table } from '../table/index.ts'
import type { ConnectorContext } from './context.ts'
import { goBack } from './go-back.ts'
import { type Fence, loadFence, type PinnedPlace, pinnedPlace } from './publish/fence.ts'
import { fromNowOn } from './publish/from-now-on.ts'
import { parseTableName } from './table-name.ts'
import { isUpkept } from './upkeep.ts'
import { findTableAt } from './version-table.ts'

/**
 * Lets go, for good, of everything in some tables that the share does not show: files, and the history that tells of them.
 * First the tables go back to what is shown, and the share moves: whoever prepared a generation before, and has commits that
 * are not shown yet, cannot show them any more, and their files may go. The commit that took rows out tells of them too, so
 * the share moves on to the version that the deletion of files leaves, which is the same otherwise. To be called as the
 * holder of the lease, while nobody can commit to the tables of versions.
 * @returns the generation of the share.
 * @throws {DeltaError} `conflict` when somebody wrote to one of them meanwhile: begin again; `invalid-argument` where another
 * share shows an older version.
 */
export async function purgeTables(
  context: ConnectorContext,
  shareName: string,
  names: readonly string[],
): Promise<number> {
  const { plane, signal } = context
  await moveAll(context, shareName, names, takeBack)
  const { generation, tables } = await moveAll(context, shareName, names, deleteFiles)
  for (const place of tables) {
    const keepVersions = await plane.pinnedVersions(place.location)
    const table = await findTableAt(context, place, { keepVersions })
    await table?.forgetHistory({ before: place.version, keepVersions, ...(signal && { signal }) })
    await table?.settled()
  }
  return generation
}

type Moved = PinnedPlace & { readonly version: number }

/** Does something to each table, and moves the share to where that leaves them; a generation further in any case. */
async function moveAll(
  context: ConnectorContext,
  shareName: string,
  names: readonly string[],
  move: (context: ConnectorContext, table: Table, place: PinnedPlace) => Promise<void>,
): Promise<{ readonly generation: number; readonly tables: readonly Moved[] }> {
  const { plane } = context
  const fence = await loadFence(context, shareName)
  const tables: Moved[] = []
  for (const name of names) {
    const place = pinnedPlace(context, fence, name)
    const keepVersions = await plane.pinnedVersions(place.location)
    const table = await findTableAt(context, place, { keepVersions })
    if (table === undefined) continue
    await move(context, table, place)
    await table.settled()
    tables.push({ ...place, version: table.version })
  }
  const shown = tables.flatMap((table) => moved(fence, table))
  const { generation } = await plane.publish({ share: fence.share, tables: shown, touch: true })
  return { generation, tables }
}

/** What a publication left that died or lost goes with the rest; of the tables of versions it is still wanted. */
async function takeBack({ signal }: ConnectorContext, table: Table, { name, pin }: PinnedPlace): Promise<void> {
  const isBeyond = pin !== undefined && pin !== table.version
  if (isBeyond && parseTableName(name)?.kind === 'version') throw changed(table, pin)
  await goBack(table, pin, signal)
}

/** Commits that others made since the share moved keep their files: they may be shown before this is. */
async function deleteFiles({ signal }: ConnectorContext, table: Table, { pin }: PinnedPlace): Promise<void> {
  const { version: head } = table
  const from = pin ?? head
  const keepVersions = Array.from({ length: head - from + 1 }, (_, index) => from + index)
  await table.vacuum({ retentionMilliseconds: 0, force: true, keepVersions, signal })
  if (pin !== undefined && !(await isUpkept(table, pin))) throw changed(table, pin)
}

function changed({ location, version }: Table, pin: number): DeltaError {
  return new DeltaError('conflict', `${location} was changed meanwhile: it is at ${version}, shown is ${pin}`)
}

function moved({ share, record }: Fence, { name, pin, version }: Moved): ShownTable[] {
  const entry = findTable(share, { schema: record.schema, name })
  if (pin === undefined || pin === version || entry === undefined) return []
  const { schema, location, history } = entry
  return [fromNowOn({ schema, name, location, version, history })]
}
