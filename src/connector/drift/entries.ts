import { DeltaError, isDeltaError } from '../../errors.ts'
import { findTable, published, type ShownTable, type TableEntry, type TableName } from '../../manifest/index.ts'
import type { ConnectorRecord } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { newestPlace } from '../epochs.ts'
import { lineageNames } from '../lineage.ts'
import type { WorkflowRow } from '../metadata/workflows.ts'
import { attemptSwap } from '../publish/attempts.ts'
import { type Fence, loadGuardedFence } from '../publish/fence.ts'
import { fromNowOn } from '../publish/from-now-on.ts'
import { checkRowsShown, checkRunsShown, openAsRecipient } from '../read-back.ts'
import { tableComment } from '../table-comment.ts'
import { parseTableName } from '../table-name.ts'
import { shownPlace, type TablePlace, tablePlace } from '../table-place.ts'
import { findTableAt } from '../version-table.ts'
import type { Found } from './drift.ts'
import { once } from './once.ts'
import { loadTold, type Told } from './told.ts'
import { type EntryDrift, findVersionDrift, openAt, openShown, standingOf, unlessDamaged } from './version-drift.ts'

/** What of the entries of a share is not as it should be, and the entries that would be right. */
interface Look {
  readonly told: Told
  readonly drifts: readonly (EntryDrift & { readonly remove?: TableName })[]
}

/**
 * Whether the share shows the connector's tables, and no other: each at the version that the metadata tells of, from its place,
 * with or without history as configured. What can be mended is mended in one generation, which is read back first.
 */
export async function findEntries(context: ConnectorContext, fence: Fence): Promise<Found[]> {
  const { drifts } = await look(context, fence)
  const mend = once(() => mendEntries(context, fence.share.name))
  return drifts.map(({ show, remove, ...found }) => ({
    ...found,
    mend: show === undefined && remove === undefined ? undefined : mend,
  }))
}

/** From the share as it is by then. */
function mendEntries(context: ConnectorContext, shareName: string): Promise<void> {
  return attemptSwap(context, async () => {
    const fence = await loadGuardedFence(context, shareName)
    const { drifts, told } = await look(context, fence)
    const tables = [...new Map(drifts.flatMap(({ show }) => (show ? [[show.name, show] as const] : []))).values()]
    const remove = drifts.flatMap((each) => (each.remove === undefined ? [] : [each.remove]))
    if (tables.length + remove.length === 0) return
    await readAsRecipient(context, fence, { tables, remove, told })
    await context.plane.publish({ share: fence.share, tables, remove })
  })
}

async function look(context: ConnectorContext, fence: Fence): Promise<Look> {
  let told: Told
  try {
    told = await loadTold(context, fence)
  } catch (error) {
    if (!isDeltaError(error, 'invalid-data') && !isDeltaError(error, 'not-found')) throw error
    const remedy = 'take that table out of the share, then reconcile: it comes back at its newest version that agrees'
    const metadata: EntryDrift = { drift: 'metadata', message: error.message, blame: 'kadoa', remedy }
    return { told: { latest: new Map(), runs: new Map() }, drifts: [metadata] }
  }
  const ofVersions = fence.share.tables.flatMap(({ name }) => (parseTableName(name)?.kind === 'version' ? [name] : []))
  const drifts: Look['drifts'][number][] = []
  for (const name of new Set([...ofVersions, ...told.runs.keys()])) {
    const find = () => findVersionDrift(context, fence, name, told.runs.get(name) ?? [])
    drifts.push(...(await unlessDamaged(name, find)))
  }
  for (const [name, workflow] of told.latest) {
    drifts.push(...(await unlessDamaged(name, () => findLatestDrift(context, fence, name, workflow, told))))
  }
  const wrong = new Set(drifts.flatMap(({ show }) => (show === undefined ? [] : [show.name])))
  return { told, drifts: [...drifts, ...findStrange(fence, wrong)] }
}

/** The latest table must have as many rows as the metadata tells of. */
async function findLatestDrift(
  context: ConnectorContext,
  fence: Fence,
  name: string,
  { WORKFLOW_ID, LATEST_RUN_ID, LATEST_ROW_COUNT }: WorkflowRow,
  { runs }: Told,
): Promise<EntryDrift[]> {
  const { schema } = fence.record
  const entry = findTable(fence.share, { schema, name })
  const place = await latestPlace(context, schema, name, entry)
  const head = await findTableAt(context, place)
  const shown = head && (await openShown(context, place, entry, head))
  if (shown !== undefined && shown.info().rows === LATEST_ROW_COUNT) return []
  const isNewest = (run: { readonly WORKFLOW_ID: string; readonly RUN_ID: string }): boolean =>
    run.WORKFLOW_ID === WORKFLOW_ID && run.RUN_ID === LATEST_RUN_ID
  const version = [...runs.values()].flat().find(isNewest)?.LATEST_TABLE_VERSION ?? undefined
  const { drift, found } = standingOf(entry)
  const message = `${name} ${found}; expected the ${LATEST_ROW_COUNT} rows of run ${LATEST_RUN_ID}`
  const right = version === undefined ? undefined : await openAt(context, place, version)
  if (right === undefined || right.info().rows !== LATEST_ROW_COUNT) {
    const remedy = 'publish another run of the workflow: that writes the table anew'
    return [{ drift, message, blame: 'kadoa', remedy }]
  }
  const show = { schema, name, location: place.location, version: right.version, history: false }
  return [{ drift, message, blame: 'kadoa', remedy: 'reconcile the connector', show }]
}

/** Where the latest table lies: as the share shows it, or did when it showed it. */
async function latestPlace(
  context: ConnectorContext,
  schema: string,
  name: string,
  entry: TableEntry | undefined,
): Promise<TablePlace> {
  const shown = entry && shownPlace(context, { schema, name, location: entry.location })
  return shown ?? newestPlace(context, { ...tablePlace(context, schema, name), name, pin: undefined })
}

/** Entries that are none of the connector's, or show more or less than they should. */
export function findStrange({ share, record }: Fence, wrong: ReadonlySet<string> = new Set()): Look['drifts'] {
  return share.tables.flatMap((entry): Look['drifts'] => {
    const { schema, name, location, version, history, partition, comment } = entry
    const parsed = schema === record.schema ? parseTableName(name) : undefined
    const remedy = 'reconcile the connector'
    if (parsed === undefined) {
      const message = `share ${share.name} shows ${schema}.${name} at ${location}, which is none of the connector's tables`
      return [{ drift: 'strange-table', message, blame: 'kadoa', remedy, remove: { schema, name } }]
    }
    if (partition !== undefined) {
      const message = `${name} is shown in part only: ${JSON.stringify(partition)}`
      return [
        {
          drift: 'partition',
          message,
          blame: 'kadoa',
          remedy: `show all of it: deltaquill share set-table ${share.name} ${schema}.${name} --partition none`,
        },
      ]
    }
    // Until an update has ended, histories may be as they were before it.
    const expected = parsed.kind === 'version' && (record.isUpdating ? history : record.config.history.versions)
    if (wrong.has(name)) return []
    if (history === expected) {
      // Where none was published, the next publication says one.
      if (comment === undefined || comment === tableComment(name)) return []
      const message = `of ${name} recipients read ${JSON.stringify(comment)}, which is not its comment`
      return [{ drift: 'comment', message, blame: 'kadoa', remedy, show: { schema, name, location, version } }]
    }
    const message = `${name} is shown ${history ? 'with' : 'without'} its history, expected ${expected ? 'with' : 'without'}`
    const show = fromNowOn({ schema, name, location, version, history: expected })
    return [{ drift: 'history', message, blame: 'kadoa', remedy, show }]
  })
}

interface Change {
  readonly tables: readonly ShownTable[]
  readonly remove: readonly TableName[]
  readonly told: Told
}

/** @throws {DeltaError} `invalid-data` when a recipient would not find what the metadata tells of. */
async function readAsRecipient(
  context: ConnectorContext,
  { share, record }: Fence,
  { tables, remove, told }: Change,
): Promise<void> {
  if (!context.plane.promises.readBack) return
  const next = published(share, { tables, remove }, context)
  const recipient = await openAsRecipient(context, next, record.schema)
  const options = { lineage: lineageNames(record.config), signal: context.signal }
  for (const { name } of tables) {
    const table = recipient.table(name)
    const runs = told.runs.get(name) ?? []
    const expected = runs.map(({ RUN_ID: runId, ROW_COUNT: rows }) => ({ runId, rows }))
    if (expected.length > 0) await checkRunsShown(table, expected, options)
    const rows = told.latest.get(name)?.LATEST_ROW_COUNT
    if (rows !== undefined && rows !== null) await checkRowsShown(table, rows, options)
  }
}

/** The share of a connector, guarded by nothing: only to look at. @throws {DeltaError} `not-found`. */
export async function unguardedFence({ plane }: ConnectorContext, record: ConnectorRecord): Promise<Fence> {
  const share = await plane.loadShare(record.share.name)
  if (share.id === record.share.id) return { share, record }
  throw new DeltaError('not-found', `share ${share.name} is not that of connector ${record.id}: it was made anew`)
}
