import { DeltaError, type ErrorProblem, isDeltaError, messageOf } from '../../errors.ts'
import { type CheckProblem, checkRun, heldRun } from '../check.ts'
import { columnLayout } from '../column-layout.ts'
import {
  type ConnectorRecord,
  checkBackfills,
  checkPublishes,
  erasureOf,
  isSelected,
  loadConnectorRecord,
} from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { checkTogether, type Delivery } from '../delivery.ts'
import { changeEntry, findEntry, openEntry, restarted } from '../journal.ts'
import type { JournalEntry } from '../journal-entry.ts'
import { checkTold } from '../metadata/check-metadata.ts'
import { markHeld, markPending, pendingRun } from '../pending.ts'
import { erasedSince, promoteRun } from '../promote.ts'
import type { Run } from '../run.ts'
import { dropStaged, type StagedRun, stageRun } from '../stage.ts'
import { formatVersionTable } from '../table-name.ts'
import { keepEvents, readEvents } from '../waiting-events.ts'
import { assignSchemaVersion, claimWorkflow, forgetVersionOf } from '../workflow-record.ts'
import { announceHeld } from './announce.ts'
import { type Fence, loadFence, pinnedPlace } from './fence.ts'
import { publishWaiting } from './generation.ts'
import { previousRun } from './previous-run.ts'
import { rehearse } from './rehearse.ts'

/** What became of a delivery: its run is shown now, or was already. */
export interface PublishedRun {
  readonly outcome: 'published' | 'skipped'
  readonly workflowId: string
  readonly runId: string
  /** In the share. */
  readonly table: string
  readonly schemaVersion: number
  readonly rows: number
  /** Of the share, that showed the run first. */
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
  if (entry.step === 'published') {
    if (hasEvents) await publishWaiting(context, shareName)
    return resultOf(entry, 'skipped')
  }
  const { generation, shown } = await publishWaiting(context, shareName, entry)
  const wasShown = shown.some(({ workflowId, runId }) => workflowId === entry.workflowId && runId === entry.runId)
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
 * @returns its journal, `committed` or `published`.
 * @throws {DeltaError} as {@link publishRun}.
 */
export async function commitRun(context: ConnectorContext, delivery: Delivery): Promise<CommittedRun> {
  checkTogether(delivery)
  try {
    const events = delivery.events === undefined ? [] : await readEvents(context, delivery.events)
    const committed = await takeToTable(context, delivery)
    if (committed.entry.step === 'retracted') throw takenBack(committed.entry)
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
  checkSelected(record, delivery)
  if (delivery.isBackfill === true) checkBackfills(record)
  const shareName = record.share.name
  const opened = await openDelivery(context, record, delivery)
  if (opened.step === 'published' || opened.step === 'committed') return { shareName, entry: opened }
  if (opened.step === 'staged') {
    const entry = await resumeStaged(context, record, opened)
    if (!isGivenUp(entry)) return { shareName, entry }
  }
  const fenced = await stageDelivery(context, record, delivery)
  return { shareName, entry: await commitStaged(context, fenced.fence, fenced.entry) }
}

/** The journal of a run as a delivery finds it, or begins it: under a name that is its workflow's own. */
async function openDelivery(context: ConnectorContext, record: ConnectorRecord, head: Delivery): Promise<JournalEntry> {
  const { store, id, runtime } = context
  const { workflow, schema: descriptor, run } = head
  checkTold({ workflow, descriptor, layout: columnLayout(descriptor, record.config), run })
  await claimWorkflow(store, id, workflow.id, context)
  const fresh = { head, attempt: runtime.uuid(), eraseEpoch: record.eraseEpoch }
  const entry = await openEntry(store, id, fresh, context)
  if (entry.step !== 'retracted') return entry
  throw takenBack(entry)
}

function takenBack({ runId, workflowId }: JournalEntry): DeltaError {
  return new DeltaError(
    'invalid-argument',
    `run ${runId} of workflow ${workflowId} cannot be published: it was taken back; deliver its rows under another run id`,
    { blame: 'kadoa' },
  )
}

/**
 * Goes on with what an earlier delivery staged.
 * @returns its journal; given up where the staged files are gone, or hold what was erased since.
 */
async function resumeStaged(
  context: ConnectorContext,
  record: ConnectorRecord,
  entry: JournalEntry,
): Promise<JournalEntry> {
  const fence = await loadFence(context, record.share.name)
  const backTo = (change: Partial<JournalEntry>) =>
    changeEntry(context.store, context.id, entry, stepBack(entry, change), context)
  // What the share shows may have changed since it was checked.
  const problems = await judge(context, fence, entry)
  try {
    return await commitStaged(context, fence, entry, heldRun(entry.run, problems))
  } catch (error) {
    if (isDeltaError(error, 'not-found') || isDeltaError(error, 'conflict')) return backTo({})
    if (isDeltaError(error) && error.details.problems !== undefined) await backTo({ problems })
    throw error
  }
}

/** Gives a staged attempt up, unless somebody went further with it. */
function stepBack({ attempt }: JournalEntry, change: Partial<JournalEntry>) {
  return (now: JournalEntry): Partial<JournalEntry> | undefined =>
    now.step === 'staged' && now.attempt === attempt ? { step: 'staging', part: undefined, ...change } : undefined
}

/**
 * Stages the rows of a delivery, in a folder of its own, and holds them to the checks. Of several deliveries at once the
 * first that comes through is the one that counts.
 * @returns the journal of that one.
 */
async function stageDelivery(
  context: ConnectorContext,
  record: ConnectorRecord,
  delivery: Delivery,
): Promise<{ readonly fence: Fence; readonly entry: JournalEntry }> {
  const attempt = context.runtime.uuid()
  const layout = columnLayout(delivery.schema, record.config)
  const staged = await stageRun(context, delivery, layout, attempt).catch(async (error: unknown) => {
    const problems = isDeltaError(error) ? error.details.problems : undefined
    if (problems !== undefined) await noteUnread(context, record, { delivery, attempt, problems })
    throw error
  })
  try {
    return await takeStaged(context, record, delivery, { ...staged, attempt })
  } catch (error) {
    await dropUnused(context, delivery.run, attempt)
    throw error
  }
}

/** Writes down that a run waits for rows that can be read. Where that fails, why they cannot is still what is to be told. */
async function noteUnread(
  context: ConnectorContext,
  { eraseEpoch }: ConnectorRecord,
  {
    delivery,
    attempt,
    problems,
  }: { readonly delivery: Delivery; readonly attempt: string; readonly problems: readonly ErrorProblem[] },
): Promise<void> {
  const { store, id, warn } = context
  const { run } = delivery
  const held = { ...restarted({ head: delivery, attempt, eraseEpoch }), problems: [...problems], report: undefined }
  await changeEntry(store, id, run, hold(held), context).catch((error: unknown) =>
    warn(`run ${run.runId} is held back, and its journal could not say so: ${messageOf(error)}`),
  )
}

async function takeStaged(
  context: ConnectorContext,
  record: ConnectorRecord,
  delivery: Delivery,
  { part, report, attempt }: StagedRun & Pick<JournalEntry, 'attempt'>,
): Promise<{ readonly fence: Fence; readonly entry: JournalEntry }> {
  const { store, id } = context
  const { run, schema } = delivery
  const { eraseEpoch, config } = record
  const fence = await loadFence(context, record.share.name)
  const begun = restarted({ head: delivery, attempt, eraseEpoch })
  const problems = await judge(context, fence, { ...begun, report })
  const facts = { ...begun, report, problems }
  const held = heldRun(run, problems)
  if (held !== undefined) {
    await changeEntry(store, id, run, hold(facts), context)
    throw held
  }
  const { version: schemaVersion } = await assignSchemaVersion(store, id, { run, schema }, { ...context, ...config })
  const staged = { ...facts, step: 'staged', part, bytes: part.bytes, schemaVersion } as const
  // Somebody else may have delivered rows of the run meanwhile that do not pass.
  const entry = await changeEntry(store, id, run, (now) => (isGivenUp(now) ? staged : undefined), context)
  // It was taken back before it had its version.
  if (entry.step === 'retracted') await forgetVersionOf(store, id, run, context)
  if (entry.attempt !== attempt) await dropStaged(context, { runId: run.runId, attempt })
  return { fence, entry }
}

/** Deletes the files of an attempt that failed, unless its journal goes on with them. What stays, a reconciliation deletes. */
async function dropUnused(context: ConnectorContext, run: Run, attempt: string): Promise<void> {
  try {
    const entry = await findEntry(context.store, context.id, run, context)
    if (entry?.attempt === attempt && entry.part !== undefined) return
    await dropStaged(context, { runId: run.runId, attempt })
  } catch {
    // Why the attempt failed is what is to be told.
  }
}

/** Whether no attempt at the run leads on: it waits for rows, or for others than those that were held back. */
function isGivenUp({ step }: JournalEntry): boolean {
  return step === 'staging' || step === 'held'
}

/** Holds a run back, unless another attempt leads on; of several that do not pass, the last one says why. */
function hold(facts: Partial<JournalEntry>) {
  return (now: JournalEntry): Partial<JournalEntry> | undefined =>
    isGivenUp(now) ? { ...facts, step: 'held' } : undefined
}

/** Takes a step that leads on from one place only: who finds the run elsewhere leaves it there. */
function from(step: JournalEntry['step'], next: Partial<JournalEntry>) {
  return (now: JournalEntry): Partial<JournalEntry> | undefined => (now.step === step ? next : undefined)
}

async function judge(
  context: ConnectorContext,
  fence: Fence,
  { run, report, isBackfill }: Pick<JournalEntry, 'run' | 'report' | 'isBackfill'>,
): Promise<CheckProblem[]> {
  if (report === undefined) return []
  const previous = await previousRun(context, fence, run)
  const { checks } = fence.record.config
  return checkRun({ run, report, checks, now: context.runtime.now(), previous, isBackfill })
}

/** Commits the rows of a staged run to the table of their version: marked as waiting before, written down after. */
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
  const why = eraseEpoch < erasureOf(fence.record, workflowId) ? erasedSince(run) : held
  const promotion = await promoteRun(context, { table, run, runId, attempt, layout, part, eraseEpoch, pin, held: why })
  if (promotion.outcome === 'retracted') {
    throw takenBack(
      await changeEntry(store, id, entry, from('staged', { step: 'retracted', part: undefined }), context),
    )
  }
  const found = promotion.outcome === 'committed' ? { tableVersion: promotion.tableVersion } : {}
  const committed = await changeEntry(store, id, entry, from('staged', { step: 'committed', ...found }), context)
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
