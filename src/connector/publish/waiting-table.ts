import { DeltaError } from '../../errors.ts'
import type { Table } from '../../table/index.ts'
import { type ColumnLayout, columnLayout } from '../column-layout.ts'
import { erasureOf } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { findEntry } from '../journal.ts'
import type { JournalEntry } from '../journal-entry.ts'
import { lineageIn } from '../lineage.ts'
import { isPublished, WORKFLOW_RUNS } from '../metadata/runs.ts'
import { RUN_COMMITTED, RUN_RETRACTED } from '../promote.ts'
import { parseRunAppId, runAppId } from '../run.ts'
import { countRuns } from '../run-rows.ts'
import { formatVersionTable } from '../table-name.ts'
import { takeBackRows } from '../take-back-rows.ts'
import { eraseEpochOf, findTableAt, openTableAt } from '../version-table.ts'
import { type Fence, type PinnedPlace, pinnedPlace } from './fence.ts'

/** A run whose rows are in the table of its version, where no recipient sees them yet. */
export interface WaitingRun {
  readonly entry: JournalEntry
  readonly layout: ColumnLayout
  readonly rows: number
  /** The version of its table that added its rows. */
  readonly tableVersion: number
}

/** The table of one version of a workflow's schema that stands further than the share shows. */
export interface WaitingTable {
  readonly workflowId: string
  readonly schemaVersion: number
  readonly place: PinnedPlace
  /** At the version that the share is to show. */
  readonly table: Table
  readonly runs: readonly WaitingRun[]
  /** Runs that recipients see and whose rows were taken back. */
  readonly retracted: readonly string[]
  /** Whether rows left it since the version that the share shows, seen by anybody or not. */
  readonly isReduced: boolean
  /** The rows that each run has left, where some were erased since the version that the share shows. */
  readonly counts?: ReadonlyMap<string, number> | undefined
}

interface VersionName {
  readonly workflowId: string
  readonly schemaVersion: number
}

/** A look at one table: what it holds beyond what the share shows of it, and which entries are shown already. */
export interface Look {
  readonly waiting?: WaitingTable
  readonly shown: readonly JournalEntry[]
}

/**
 * Looks at the table of a version, once the rows have left it of runs that are being taken back.
 * @param entries of the runs of that version that wait.
 * @param isWithdrawn for one that left the share and comes back with all that it holds.
 * @throws {DeltaError} `invalid-data` where it holds what is not to be shown; `conflict` when somebody else published meanwhile.
 */
export async function lookAtTable(
  context: ConnectorContext,
  fence: Fence,
  { workflowId, schemaVersion }: VersionName,
  entries: readonly JournalEntry[],
  isWithdrawn = false,
): Promise<Look> {
  // Whoever takes them back has said so, and may have died before it did.
  for (const entry of entries.filter(isTakenBack)) await takeBackRows(context, fence, entry)
  const place = pinnedPlace(context, fence, formatVersionTable(workflowId, schemaVersion))
  const table = await findTableAt(context, place)
  if (table === undefined) return { shown: [] }
  const pinned = await openPinned(context, place, table)
  const shownTxns =
    pinned?.transactions() ?? (await publishedBefore(context, fence, { workflowId, schemaVersion, table, entries }))
  const shown = entries.filter(
    (entry) => isTakenBack(entry) || shownTxns.get(runAppId(context.id, entry)) === RUN_COMMITTED,
  )
  // An erasure may have died between the table that nobody saw and what is told of it.
  const isCounted = isErased(table, pinned, entries) || (isWithdrawn && eraseEpochOf(table) > 0)
  const counts = isCounted ? await countRuns(table, lineageIn(table.schema), context.signal) : undefined
  const runs: WaitingRun[] = []
  const retracted: string[] = []
  let isReduced = counts !== undefined
  for (const [appId, version] of table.transactions()) {
    const run = parseRunAppId(context.id, appId)
    const before = shownTxns.get(appId)
    if (run === undefined || before === version) continue
    isReduced ||= version === RUN_RETRACTED
    if (version === RUN_RETRACTED && before === RUN_COMMITTED) retracted.push(run.runId)
    if (version !== RUN_COMMITTED) continue
    const known = entries.find((each) => each.run.runId === run.runId)
    // Another attempt may have been staged, and committed, after the journal was read and before the table was.
    const entry = known?.step === 'committed' ? known : await findEntry(context.store, context.id, run, context)
    runs.push(await waitingRun(context, fence, place, { entry, runId: run.runId, appId, table, counts }))
  }
  const waiting = { workflowId, schemaVersion, place, table, runs, retracted, isReduced, counts }
  // What was taken back before it was published, recipients saw all the same where they see the newest version.
  const wasSeen = isReduced && pinned !== undefined && !context.plane.promises.pinned
  // Nobody ever saw a table of which all runs were taken back while they waited, whatever was erased from it.
  const isSame = counts === undefined || pinned === undefined
  const isNothing = runs.length === 0 && retracted.length === 0 && isSame && !isWithdrawn && !wasSeen
  if (isNothing && context.plane.promises.pinned) return { shown }
  if (pinned !== undefined || shownTxns.size === 0) checkRows(waiting, pinned)
  return isNothing ? { shown } : { waiting, shown }
}

/**
 * The transactions of runs that were published before their table left the share, with its workflow, as the metadata still
 * tells of them. A table that was never shared holds no other runs than those that wait; of what was taken back nobody
 * knows here whether it was published.
 */
async function publishedBefore(
  context: ConnectorContext,
  fence: Fence,
  { workflowId, schemaVersion, table, entries }: VersionName & { table: Table; entries: readonly JournalEntry[] },
): Promise<ReadonlyMap<string, number | bigint>> {
  // Marked as waiting are also runs that were shown, by somebody who was about to take them back.
  const onTheirWay = entries.filter((entry) => !isTakenBack(entry) && entry.step !== 'published')
  const waiting = new Set(onTheirWay.map(({ run }) => runAppId(context.id, run)))
  const isNew = [...table.transactions().keys()].every((appId) => waiting.has(appId))
  const place = pinnedPlace(context, fence, WORKFLOW_RUNS.name)
  if (isNew || place.pin === undefined) return new Map()
  const { signal } = context
  const told = await openTableAt(context, place, { version: place.pin })
  const published = new Map<string, number>()
  for await (const row of told.read({ where: { WORKFLOW_ID: workflowId, SCHEMA_VERSION: schemaVersion }, signal })) {
    const run = WORKFLOW_RUNS.parse(row)
    if (isPublished(run)) published.set(runAppId(context.id, { workflowId, runId: run.RUN_ID }), RUN_COMMITTED)
  }
  return published
}

/** Whether its rows are to leave its table, or left it. */
export function isTakenBack({ step }: JournalEntry): boolean {
  return step === 'retracted'
}

/** Rows that were shown are gone, or rows that wait. */
function isErased(table: Table, pinned: Table | undefined, entries: readonly JournalEntry[]): boolean {
  const epoch = eraseEpochOf(table)
  const before = pinned === undefined ? entries.map((entry) => entry.eraseEpoch) : [eraseEpochOf(pinned)]
  return before.some((each) => each < epoch)
}

async function openPinned(context: ConnectorContext, place: PinnedPlace, table: Table): Promise<Table | undefined> {
  const { pin } = place
  if (pin === undefined || pin === table.version) return pin === undefined ? undefined : table
  return openTableAt(context, place, { version: pin })
}

interface Committed {
  readonly entry: JournalEntry | undefined
  readonly runId: string
  readonly appId: string
}

async function waitingRun(
  context: ConnectorContext,
  { share, record }: Fence,
  place: PinnedPlace,
  { entry, runId, appId, table, counts }: Pick<WaitingTable, 'table' | 'counts'> & Committed,
): Promise<WaitingRun> {
  if (entry?.step === 'retracted') {
    throw new DeltaError(
      'invalid-data',
      `${place.location} still holds rows of run ${entry.runId}, which is being taken back: retract it again, to go on`,
      { blame: 'kadoa' },
    )
  }
  const erasure = entry === undefined ? 0 : erasureOf(record, entry.workflowId)
  if (entry !== undefined && entry.eraseEpoch < erasure && eraseEpochOf(table) < erasure) {
    throw new DeltaError(
      'invalid-data',
      `${place.location} holds rows of run ${entry.runId} that were staged before an erasure and came after it: erase again, to go on`,
      { blame: 'kadoa' },
    )
  }
  if (entry?.generation !== undefined && entry.generation > share.generation) {
    throw new DeltaError('conflict', `run ${entry.runId} was published by somebody else meanwhile: begin again`)
  }
  if (entry?.report === undefined || entry.part === undefined) {
    throw new DeltaError(
      'invalid-data',
      `${place.location} holds rows of run ${runId} that nobody sees, of which the journal does not know enough: deliver the run again with the rows that it had, or reconcile to hear what else there is to do`,
      { blame: 'kadoa' },
    )
  }
  return {
    entry,
    layout: columnLayout(entry.schema, record.config),
    rows: counts === undefined ? entry.report.rows : (counts.get(entry.runId) ?? 0),
    tableVersion: entry.tableVersion ?? (await versionOf(context, place, appId, table.version)),
  }
}

/** Which version brought a transaction: only whoever died after the commit leaves that to be found out. */
async function versionOf(context: ConnectorContext, place: PinnedPlace, appId: string, head: number): Promise<number> {
  const { pin = -1 } = place
  for (let version = head - 1; version > pin; version--) {
    const table = await openTableAt(context, place, { version })
    if (!table.transactions().has(appId)) return version + 1
  }
  return pin + 1
}

/** The table must hold what the share shows and the runs that wait, and nothing else. */
function checkRows({ table, runs, retracted, counts, place }: WaitingTable, pinned: Table | undefined): void {
  const now = table.info().rows
  const before = pinned === undefined ? 0 : pinned.info().rows
  if (retracted.length > 0 || counts !== undefined || now === null || before === null) return
  const added = runs.reduce((sum, { rows }) => sum + rows, 0)
  if (now === before + added) return
  throw new DeltaError(
    'invalid-data',
    `${place.location} has ${now} rows at version ${table.version}, expected ${before} that are shown and ${added} of runs that wait: somebody else changed it; look who did, by its history, and delete the rows that came to it (deltaquill table delete); where rows are gone, take the runs that wait back (connector retract), restore version ${pinned?.version ?? 0} (deltaquill table restore), and deliver their rows under other ids`,
    { blame: 'kadoa' },
  )
}
