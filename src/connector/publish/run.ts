import { DeltaError, isDeltaError, messageOf } from '../../errors.ts'
import { type CheckProblem, heldRun } from '../check.ts'
import { columnLayout } from '../column-layout.ts'
import {
  type ConnectorRecord,
  checkBackfills,
  checkPublishes,
  isSelected,
  loadConnectorRecord,
} from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { checkRowsGiven, checkTogether, type Delivery } from '../delivery.ts'
import { changeEntry, openEntry } from '../journal.ts'
import type { JournalEntry } from '../journal-entry.ts'
import { checkTold } from '../metadata/check-metadata.ts'
import { markHeld, markPending, pendingRun } from '../pending.ts'
import { erasedSince, givenUp, promoteRun, stagedGone } from '../promote.ts'
import { isSameRun } from '../run.ts'
import { formatVersionTable } from '../table-name.ts'
import { keepEvents, takeEvents } from '../waiting-events.ts'
import { claimWorkflow } from '../workflow-record.ts'
import { announceHeld } from './announce.ts'
import { type Fence, pinnedPlace } from './fence.ts'
import { publishWaiting } from './generation.ts'
import { otherRowsOf } from './other-rows.ts'
import { rehearse } from './rehearse.ts'
import { abandon, giveUp, isGivenUp, judge, ofAttempt, SETTLED, stageDelivery } from './stage-delivery.ts'
import { takenBack } from './taken-back.ts'

/** What became of a delivery: its run is shown now, or was already. */
export interface PublishedRun {
  readonly outcome: 'published' | 'skipped'
  readonly workflowId: string
  readonly runId: string
  /** In the share. */
  readonly table: string
  readonly schemaVersion: number
  readonly rows: number
  /** Of the share, that showed the run first; a later one where whoever showed it died before it could say so. */
  readonly generation: number
  /** What the checks found and let pass. */
  readonly warnings: readonly CheckProblem[]
}

/**
 * Publishes a run: its rows are staged, checked and committed to the table of their version, where nobody sees them; then
 * they are shown, with all that waits besides. Whatever was done of it before, by whomever, is not done again, so a run may
 * be delivered any number of times, at once or after a crash, and is published once.
 * @throws {DeltaError} `invalid-argument` for a run that the checks hold back (`details.problems`), that was taken back, or
 * whose workflow is not selected.
 */
export async function publishRun(context: ConnectorContext, delivery: Delivery): Promise<PublishedRun> {
  const { shareName, entry, hasEvents } = await commitRun(context, delivery)
  if (entry.step === 'retracted') throw takenBack(entry)
  if (entry.step === 'published') {
    if (hasEvents) await publishWaiting(context, shareName)
    return resultOf(entry, 'skipped')
  }
  const { generation, shown } = await publishWaiting(context, shareName, entry)
  const wasShown = shown.some((each) => isSameRun(each, entry))
  return resultOf({ ...entry, generation }, wasShown ? 'skipped' : 'published')
}

/** A run in the table of its version, and the share that is to show it. */
export interface CommittedRun {
  readonly shareName: string
  readonly entry: JournalEntry
  /** Whether events came with it, which wait to be shown. */
  readonly hasEvents: boolean
}

/**
 * Takes a delivered run as far as the table of its version, and no further: many can then be shown at once.
 * @returns its journal: `committed`, `published`, or `retracted` with nothing done of the delivery.
 * @throws {DeltaError} `invalid-argument` for a run that the checks hold back (`details.problems`), or whose workflow is not
 * selected.
 */
export async function commitRun(context: ConnectorContext, delivery: Delivery): Promise<CommittedRun> {
  try {
    const events = delivery.events === undefined ? [] : await takeEvents(context, delivery.events)
    const committed = await takeToTable(context, delivery)
    if (committed.entry.step === 'retracted') return { ...committed, hasEvents: false }
    await keepEvents(context, events)
    return { ...committed, hasEvents: events.length > 0 }
  } catch (error) {
    if (isDeltaError(error) && error.details.problems !== undefined) await tellHeld(context, delivery, error)
    throw error
  }
}

async function tellHeld(context: ConnectorContext, delivery: Delivery, held: DeltaError): Promise<void> {
  const { store, id, warn } = context
  const { runId } = delivery.run
  await markHeld(store, id, pendingRun(delivery.run), context).catch((error: unknown) => {
    warn(`run ${runId} was held back, and could not be marked so: ${messageOf(error)}`)
  })
  await announceHeld(context, delivery, held)
}

async function takeToTable(context: ConnectorContext, delivery: Delivery): Promise<Omit<CommittedRun, 'hasEvents'>> {
  const record = await loadConnectorRecord(context.store, context.id, context)
  checkPublishes(record)
  checkTogether(delivery, record.config)
  checkRowsGiven(delivery)
  checkSelected(record, delivery)
  if (delivery.isBackfill === true) checkBackfills(record)
  const shareName = record.share.name
  const opened = await goOn(context, record, await openDelivery(context, record, delivery))
  if (!isGivenUp(opened)) return { shareName, entry: opened }
  const { fence, entry: staged } = await stageDelivery(context, record, delivery)
  const entry = await goOn(context, record, await commitFresh(context, fence, staged))
  if (isGivenUp(entry)) throw givenUp(entry)
  return { shareName, entry }
}

/** The journal of a run as a delivery finds it, or begins it: under a name that is its workflow's own. */
async function openDelivery(context: ConnectorContext, record: ConnectorRecord, head: Delivery): Promise<JournalEntry> {
  const { store, id, runtime } = context
  const { workflow, schema: descriptor, run } = head
  checkTold({ workflow, descriptor, layout: columnLayout(descriptor, record.config), run })
  await claimWorkflow(store, id, workflow.id, context)
  const fresh = { head, attempt: runtime.uuid(), eraseEpoch: record.eraseEpoch }
  return openEntry(store, id, fresh, context)
}

/** Goes on with what others staged, until none leads on or its rows are in a table. */
async function goOn(context: ConnectorContext, record: ConnectorRecord, opened: JournalEntry): Promise<JournalEntry> {
  let entry = opened
  while (entry.step === 'staged') entry = await resumeStaged(context, record, entry)
  return entry
}

/** Commits what this delivery staged, or leaves it to another attempt that leads on. */
async function commitFresh(context: ConnectorContext, fence: Fence, staged: JournalEntry): Promise<JournalEntry> {
  try {
    return await commitStaged(context, fence, staged)
  } catch (error) {
    const isGone = isDeltaError(error, 'not-found')
    if (!isGone && !isDeltaError(error, 'conflict')) throw error
    // Rows that were erased meanwhile are not to lie about until somebody delivers the run again.
    const entry = await giveUp(context, fence, staged)
    if (isGivenUp(entry)) throw isGone ? stagedGone(entry, error) : error
    return entry
  }
}

/**
 * Goes on with what an earlier delivery staged.
 * @returns its journal; given up where the staged files are gone, hold what was erased since, or do not pass any more: the rows
 * that are delivered now may.
 */
async function resumeStaged(
  context: ConnectorContext,
  record: ConnectorRecord,
  entry: JournalEntry,
): Promise<JournalEntry> {
  // What the share shows may have changed since it was checked.
  const { fence, problems } = await judge(context, record, entry)
  try {
    return await commitStaged(context, fence, entry, heldRun(entry.run, problems))
  } catch (error) {
    if (isDeltaError(error, 'not-found') || isDeltaError(error, 'conflict')) return giveUp(context, fence, entry)
    if (isDeltaError(error) && error.details.problems !== undefined) return giveUp(context, fence, entry, { problems })
    throw error
  }
}

/**
 * Commits the rows of a staged run to the table of their version: marked as waiting before, written down after.
 * @returns the journal then: staged still where another attempt leads on.
 */
async function commitStaged(
  context: ConnectorContext,
  fence: Fence,
  entry: JournalEntry,
  held?: DeltaError | undefined,
): Promise<JournalEntry> {
  const { store, id } = context
  const { run, part, schemaVersion, workflowId, runId, attempt, eraseEpoch } = entry
  if (entry.step !== 'staged' || part === undefined || schemaVersion === undefined) return entry
  const { schema, config } = fence.record
  const { pin } = pinnedPlace(context, fence, formatVersionTable(workflowId, schemaVersion))
  if (held === undefined) await rehearse(context, fence, entry)
  await markPending(store, id, pendingRun(entry), context)
  const table = { schema, workflowId, schemaVersion }
  const layout = columnLayout(entry.schema, config)
  const staged = { table, run, runId, attempt, layout, part, eraseEpoch, pin, held }
  const promotion = await promoteRun(context, staged)
  const others = promotion.outcome === 'already-there' ? await otherRowsOf(context, fence, entry) : undefined
  if (others !== undefined) {
    await abandon(context, entry)
    throw others
  }
  const next =
    promotion.outcome === 'committed'
      ? ({ step: 'committed', tableVersion: promotion.tableVersion } as const)
      : SETTLED[promotion.outcome]
  const committed = await changeEntry(store, id, entry, ofAttempt(attempt, next), context)
  // The commit was under way so long that the history that it belongs to is gone.
  if (isGivenUp(committed)) throw erasedSince(run)
  return committed
}

function checkSelected(record: ConnectorRecord, { workflow }: Delivery): void {
  if (isSelected(record, workflow.id)) return
  throw new DeltaError(
    'invalid-argument',
    `workflow ${workflow.id} cannot be published: connector ${record.id} does not share it; select it first`,
  )
}

function resultOf(entry: JournalEntry, outcome: PublishedRun['outcome']): PublishedRun {
  const { workflowId, runId, schemaVersion = 0, report, generation = 0, problems = [] } = entry
  return {
    outcome,
    workflowId,
    runId,
    table: formatVersionTable(workflowId, schemaVersion),
    schemaVersion,
    rows: report?.rows ?? 0,
    generation,
    warnings: problems,
  }
}
