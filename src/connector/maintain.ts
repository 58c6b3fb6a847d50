import { DeltaError } from '../errors.ts'
import { published, type ShownTable } from '../manifest/index.ts'
import { sameJson } from '../record/index.ts'
import type { Table } from '../table/index.ts'
import { checkPublishes, loadConnectorRecord } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { oldEpochs } from './epochs.ts'
import { markShown, versionsLeft } from './left-versions.ts'
import { type LimitUse, limitUse } from './limits.ts'
import { type LineageNames, lineageNames } from './lineage.ts'
import { attemptSwap } from './publish/attempts.ts'
import { type Fence, loadFence, pinnedPlace } from './publish/fence.ts'
import { publishWaiting } from './publish/generation.ts'
import { openAsRecipient, type Recipient } from './read-back.ts'
import { openShownTables } from './shown-tables.ts'
import { isUpkept } from './upkeep.ts'
import { findTableAt } from './version-table.ts'

/** What became of one table. A type, so that it counts as JSON. */
export type MaintainedTable = {
  readonly name: string
  /** The version that the share shows after it. */
  readonly version: number
  /** Small files that were written together, and files that they became. */
  readonly filesRemoved: number
  readonly filesAdded: number
  /** Objects that no version needs any more, deleted with their bytes; of the log too. */
  readonly deleted: number
  readonly bytes: number
}

export interface Maintained {
  /** Of the share. */
  readonly generation: number
  /** Tables that something was done to. */
  readonly tables: readonly MaintainedTable[]
  /** How near the share is to what Databricks allows. */
  readonly limits: readonly LimitUse[]
}

/** So many files below the size are worth being written together: fewer would be again and again. */
const MANY = 16
const SMALL = 32 * 1024 * 1024
/**
 * Looks after the tables that a connector shares: what waits is shown, small files are written together, objects that no
 * version from the oldest that any share shows to the newest needs are deleted once their retention is over, and what the log
 * no longer needs. The share moves to versions with the same rows, in one generation, which is read back as its recipient
 * first. Killed, it is called again. Runs may be published at the same time: they wait for a table, or the table for them.
 * @throws {DeltaError} as a publication; `conflict` when others were always faster.
 */
export async function maintainConnector(context: ConnectorContext): Promise<Maintained> {
  const record = await loadConnectorRecord(context.store, context.id, context)
  checkPublishes(record)
  const { name } = record.share
  await publishWaiting(context, name)
  return attemptSwap(context, async () => maintainOnce(context, await loadFence(context, name)))
}

async function maintainOnce(context: ConnectorContext, fence: Fence): Promise<Maintained> {
  const { share, record } = fence
  const done: MaintainedTable[] = []
  const moved: ShownTable[] = []
  const forget: (() => Promise<void>)[] = []
  for (const { entry, name, table: shown } of await openShownTables(context, fence)) {
    if (name === undefined || shown === undefined) continue
    const { unmark, ...kept } = await maintainTable(context, fence, entry.name, shown)
    const maintained = await withoutOldEpochs(context, fence, kept)
    const { schema, location, history } = entry
    const { version } = maintained
    if (version !== entry.version) {
      moved.push({ schema, name: entry.name, location, version, history })
      if (unmark !== undefined) forget.push(unmark)
    }
    if (version !== entry.version || maintained.deleted > 0) done.push(maintained)
  }
  const rewritten = new Set(done.flatMap(({ name, filesRemoved }) => (filesRemoved > 0 ? [name] : [])))
  await readBackRows(context, fence, { moved, rewritten })
  const { generation } = await context.plane.publish({ share, tables: moved })
  for (const unmark of forget) await unmark()
  const after = await openShownTables(context, {
    share: { ...share, tables: published(share, { tables: moved }).tables },
    record,
  })
  const measured = after.flatMap(({ entry, table }) =>
    table === undefined ? [] : [{ ...table.info(), name: entry.name }],
  )
  return { generation, tables: done, limits: limitUse(measured, record.config.databricks?.tablesPerShare) }
}

async function maintainTable(
  context: ConnectorContext,
  fence: Fence,
  name: string,
  shown: Table,
): Promise<MaintainedTable & { readonly unmark?: () => Promise<void> }> {
  const { plane, signal } = context
  const place = pinnedPlace(context, fence, name)
  const pins = await plane.pinnedVersions(place.location)
  const oldest = Math.min(shown.version, ...pins, ...(await versionsLeft(context, place)))
  const head = await findTableAt(context, place, { keepVersions: pins })
  const nothing = { name, version: shown.version, filesRemoved: 0, filesAdded: 0, deleted: 0, bytes: 0 }
  // What somebody else left beyond the version that is shown is for the next publication, or for reconcile.
  if (head === undefined || !(await isUpkept(head, shown.version))) return nothing
  const isWorthIt = head.files().filter(({ bytes }) => bytes < SMALL).length >= MANY
  const marked = isWorthIt && plane.promises.pinned ? { unmark: await markShown(context, place) } : {}
  const { filesRemoved, filesAdded } = isWorthIt ? await head.optimize({ signal }) : nothing
  const keepVersions = Array.from({ length: head.version - oldest + 1 }, (_, index) => oldest + index)
  const { deleted, bytes } = await head.vacuum({ keepVersions, signal })
  const ofLog = await head.cleanUpLog({ keepVersions, ...(signal && { signal }) })
  await head.settled()
  // A run may have been committed in between: then the next publication shows the table, and the run with it.
  const version = (await isUpkept(head, shown.version)) ? head.version : shown.version
  return { name, version, filesRemoved, filesAdded, deleted: deleted + ofLog, bytes, ...marked }
}

/** Also deletes what a table left where it was shown before it moved on, once recipients have come to the end of it. */
async function withoutOldEpochs(
  context: ConnectorContext,
  fence: Fence,
  maintained: MaintainedTable,
): Promise<MaintainedTable> {
  let { deleted, bytes } = maintained
  for (const old of await oldEpochs(context, pinnedPlace(context, fence, maintained.name), { isDry: false })) {
    const dropped = await old.drop()
    deleted += dropped.deleted
    bytes += dropped.bytes
  }
  return { ...maintained, deleted, bytes }
}

/** @throws {DeltaError} `invalid-data` when a recipient would find other rows than before. */
async function readBackRows(
  context: ConnectorContext,
  { share, record }: Fence,
  { moved, rewritten }: { readonly moved: readonly ShownTable[]; readonly rewritten: ReadonlySet<string> },
): Promise<void> {
  const { plane, runtime, signal } = context
  if (!plane.promises.readBack || moved.length === 0) return
  const next = published(share, { tables: moved }, { runtime })
  const before = await openAsRecipient(context, share, record.schema)
  const after = await openAsRecipient(context, next, record.schema)
  const lineage = lineageNames(record.config)
  for (const { name } of moved) {
    // Of tables whose files are the same, that they can be read at all is enough.
    const limit = rewritten.has(name) ? undefined : 1
    const [expected, found] = [
      await rowsByRun(before, name, { lineage, limit, signal }),
      await rowsByRun(after, name, { lineage, limit, signal }),
    ]
    if (sameJson(expected, found)) continue
    throw new DeltaError(
      'invalid-data',
      `a recipient would find other rows in ${name} than before; the share stays as it is: look at the storage`,
      { blame: 'storage' },
    )
  }
}

/** How many rows a recipient finds of each run, in the order of their ids; of tables that tell about runs too. */
async function rowsByRun(
  recipient: Recipient,
  name: string,
  {
    lineage,
    limit,
    signal,
  }: {
    readonly lineage: LineageNames
    readonly limit: number | undefined
    readonly signal: AbortSignal | undefined
  },
): Promise<(readonly [run: string, rows: number])[]> {
  const counts = new Map<string, number>()
  for await (const row of recipient.table(name).read({ signal, ...(limit !== undefined && { limit }) })) {
    const run = String(row[lineage.KADOA_RUN_ID] ?? row.RUN_ID ?? '')
    counts.set(run, (counts.get(run) ?? 0) + 1)
  }
  return limit === undefined ? [...counts].sort(([a], [b]) => (a < b ? -1 : 1)) : [['', counts.size]]
}
