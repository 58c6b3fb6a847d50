import { type ErrorProblem, isDeltaError, messageOf } from '../../errors.ts'
import { findTable } from '../../manifest/index.ts'
import { type CheckProblem, checkRun, heldRun } from '../check.ts'
import { closeAttempt } from '../close-attempt.ts'
import { columnLayout } from '../column-layout.ts'
import type { ConnectorRecord } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import type { Delivery } from '../delivery.ts'
import { changeEntry, findEntry, restarted } from '../journal.ts'
import type { JournalEntry } from '../journal-entry.ts'
import { lookAgain } from '../look-again.ts'
import { stagedGone } from '../promote.ts'
import type { Run } from '../run.ts'
import { dropStaged, type StagedRun, stageRun } from '../stage.ts'
import { formatVersionTable } from '../table-name.ts'
import { assignSchemaVersion, forgetVersionOf } from '../workflow-record.ts'
import { type Fence, loadFence } from './fence.ts'
import { previousRun } from './previous-run.ts'

/**
 * Stages the rows of a delivery, in a folder of its own, and holds them to the checks. Of several deliveries at once the
 * first that comes through is the one that counts.
 * @returns the journal of that one.
 */
export async function stageDelivery(
  context: ConnectorContext,
  record: ConnectorRecord,
  delivery: Delivery,
): Promise<{ readonly fence: Fence; readonly entry: JournalEntry }> {
  const attempt = context.runtime.uuid()
  const layout = columnLayout(delivery.schema, record.config)
  const staged = await stageRun(context, delivery, layout, attempt).catch(async (error: unknown) => {
    const problems = isDeltaError(error) ? error.details.problems : undefined
    if (problems !== undefined) await noteUnread(context, record, { delivery, attempt, problems })
    else if (isDeltaError(error, 'not-found')) throw stagedGone(delivery.run, error)
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
  await changeEntry(store, id, run, unlessLedOn({ ...held, step: 'held' }), context).catch((error: unknown) =>
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
  const begun = restarted({ head: delivery, attempt, eraseEpoch })
  const { fence, problems } = await judge(context, record, { ...begun, report })
  const facts = { ...begun, report, problems }
  const held = heldRun(run, problems)
  if (held !== undefined) {
    await changeEntry(store, id, run, unlessLedOn({ ...facts, step: 'held' }), context)
    throw held
  }
  const { version: schemaVersion } = await assignSchemaVersion(store, id, { run, schema }, { ...context, ...config })
  tellOfColumns(context, fence, { ...delivery, schemaVersion })
  const staged = { ...facts, step: 'staged', part, bytes: part.bytes, schemaVersion } as const
  // Somebody else may have delivered rows of the run meanwhile that do not pass.
  const entry = await changeEntry(store, id, run, unlessLedOn(staged), context)
  // It was taken back before it had its version.
  if (entry.step === 'retracted') await forgetVersionOf(store, id, run, context)
  if (entry.attempt !== attempt) await dropStaged(context, { runId: run.runId, attempt })
  return { fence, entry }
}

/** Tells of columns that are not as their fields would have them: by each run, until one shows the table that they begin. */
function tellOfColumns(
  { warn }: ConnectorContext,
  { share, record }: Fence,
  { workflow, schema, schemaVersion }: Delivery & { readonly schemaVersion: number },
): void {
  const name = formatVersionTable(workflow.id, schemaVersion)
  if (findTable(share, { schema: record.schema, name }) !== undefined) return
  for (const notice of columnLayout(schema, record.config).notices) warn(`table ${name}: ${notice}`)
}

/** What the checks find in a run, beside what the share shows by now. */
export async function judge(
  context: ConnectorContext,
  { share }: Pick<ConnectorRecord, 'share'>,
  { run, report, isBackfill }: Pick<JournalEntry, 'run' | 'report' | 'isBackfill'>,
): Promise<{ readonly fence: Fence; readonly problems: CheckProblem[] }> {
  const load = (): Promise<Fence> => loadFence(context, share.name)
  return lookAgain(load, async (fence) => {
    if (report === undefined) return { fence, problems: [] }
    const previous = await previousRun(context, fence, run)
    const { checks } = fence.record.config
    return { fence, problems: checkRun({ run, report, checks, now: context.runtime.now(), previous, isBackfill }) }
  })
}

/**
 * Gives a staged attempt up, unless somebody went further with it: in its table first, so that it is not committed beside
 * the next one. @returns the journal then.
 */
export async function giveUp(
  context: ConnectorContext,
  fence: Fence,
  staged: JournalEntry,
  told: Pick<JournalEntry, 'problems'> = {},
): Promise<JournalEntry> {
  const standing = await closeAttempt(context, fence, staged)
  return abandon(context, staged, standing === 'given-up' ? { ...GIVEN_UP, ...told } : SETTLED[standing])
}

/** Lets go of a staged attempt that its table does not take. @returns the journal then. */
export async function abandon(
  context: ConnectorContext,
  { run, attempt }: JournalEntry,
  next: Partial<JournalEntry> = GIVEN_UP,
): Promise<JournalEntry> {
  const entry = await changeEntry(context.store, context.id, run, ofAttempt(attempt, next), context)
  await dropUnused(context, run, attempt)
  return entry
}

const GIVEN_UP = { step: 'staging', part: undefined } as const

/** The step of a staged run that its table says to have gone further, by its standing there. */
export const SETTLED = {
  'already-there': { step: 'committed' },
  retracted: { step: 'retracted', part: undefined },
} as const

/** Takes a step on from where an attempt is staged: who finds another one there, or the run elsewhere, leaves it. */
export function ofAttempt(attempt: string, next: Partial<JournalEntry>) {
  return (now: JournalEntry): Partial<JournalEntry> | undefined =>
    now.step === 'staged' && now.attempt === attempt ? next : undefined
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
export function isGivenUp({ step }: JournalEntry): boolean {
  return step === 'staging' || step === 'held'
}

/** Takes a step, unless another attempt leads on; of several that do not pass, the last one says why. */
function unlessLedOn(next: Partial<JournalEntry>) {
  return (now: JournalEntry): Partial<JournalEntry> | undefined => (isGivenUp(now) ? next : undefined)
}
