import type { DamagedRecord } from '../record/index.ts'
import type { CheckProblem } from './check.ts'
import { closeAttempt } from './close-attempt.ts'
import { type ConnectorRecord, connectorFolder } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { deleteBelow } from './delete-below.ts'
import { changeEntry, surveyEntries } from './journal.ts'
import type { JournalEntry } from './journal-entry.ts'
import { withoutSamples } from './publish/aftermath.ts'
import type { Fence } from './publish/fence.ts'
import { runKey } from './run-key.ts'
import { holdsOne } from './spellings.ts'
import { workflowName } from './table-name.ts'
import { dropEvents, isTakenSince, keepEvents, loadEvents, takenAt } from './waiting-events.ts'

/**
 * Forgets what the connector keeps beside its tables: staged files, whose runs go back to where they are delivered again, and
 * samples of values in the journal. A run whose rows are in a table goes on from there, as they are in it now.
 * @param fence of tables which nothing gets into meanwhile.
 * @returns the keys of journals that cannot be read: what they hold stays.
 */
export async function eraseFromJournal(
  context: ConnectorContext,
  fence: Fence,
  workflowId: string | undefined,
): Promise<string[]> {
  const { store, id, warn } = context
  const workflow = workflowId === undefined ? undefined : workflowName(workflowId)
  const staging = `${connectorFolder(id)}/staging/`
  const folders = new Set<string>()
  const unreadable: string[] = []
  for (const entry of await surveyEntries(store, id, workflow, context)) {
    if ('damaged' in entry) {
      unreadable.push(entry.key)
      warn(
        `nothing was erased from a journal that cannot be read: ${entry.damaged}; put it back as it was or delete it, and erase again`,
      )
    } else if (needsChange(entry)) {
      await forgetValues(context, fence, entry)
    }
    folders.add(workflowId === undefined ? staging : `${staging}${keyOf(entry)}/`)
  }
  if (workflowId === undefined) folders.add(staging)
  for (const folder of folders) await deleteBelow(context, folder)
  return unreadable
}

function keyOf(entry: JournalEntry | DamagedRecord): string {
  return 'damaged' in entry ? entry.name : runKey(entry.runId)
}

function needsChange({ step, report, problems = [] }: JournalEntry): boolean {
  const hasSamples = report?.castFailures.some(({ samples }) => samples.length > 0) === true
  const hasNames = report !== undefined && report.extraFields.length > 0
  const hasMessages = problems.some((problem) => problem.message !== messageLess(problem).message)
  return step === 'staged' || hasSamples || hasNames || hasMessages
}

/** What is staged is given up, unless whoever staged it came as far as its table, and only not to say so. */
async function forgetValues(context: ConnectorContext, fence: Fence, entry: JournalEntry): Promise<void> {
  const { store, id } = context
  const isStaged = entry.step === 'staged'
  const isInTable = isStaged && (await closeAttempt(context, fence, entry)) === 'already-there'
  const isAnother = (now: JournalEntry): boolean =>
    now.step === 'staged' && !(isStaged && now.attempt === entry.attempt)
  const forget = (now: JournalEntry): Partial<JournalEntry> | undefined =>
    isAnother(now) ? undefined : withoutValues(now, isInTable)
  const next = await changeEntry(store, id, entry, forget, context)
  if (isAnother(next)) await forgetValues(context, fence, next)
}

/** What is in its table already stays so: its files are known there. */
function withoutValues({ step, report, problems }: JournalEntry, isInTable: boolean): Partial<JournalEntry> {
  const told = { problems: problems?.map(messageLess) }
  if (step === 'staged' && !isInTable) return { ...told, step: 'staging', part: undefined, report: undefined }
  return {
    ...told,
    ...(isInTable && step === 'staged' && { step: 'committed' }),
    report: report && withoutSamples(report),
  }
}

/** The message of a check names values that it found. */
function messageLess(problem: CheckProblem): CheckProblem {
  const { check, column } = problem
  return { ...problem, message: `${check}${column === undefined ? '' : ` in ${column}`}: what was found was erased` }
}

/**
 * Lets go of events that wait and hold one of some texts; the others wait on, as taken when the erasure began.
 * @returns how many went.
 * @throws {DeltaError} `conflict` when another erasure of events began since.
 */
export async function eraseWaitingEvents(
  context: ConnectorContext,
  { eraseEpoch }: ConnectorRecord,
  texts: readonly string[],
): Promise<number> {
  let count = 0
  for (const batch of texts.length === 0 ? [] : await loadEvents(context)) {
    const left = batch.events.filter((event) => !holdsOne(event, texts))
    if (left.length === batch.events.length && isTakenSince(eraseEpoch, batch)) continue
    count += batch.events.length - left.length
    await keepEvents(context, await takenAt(Math.max(eraseEpoch, batch.eraseEpoch), left, context))
    await dropEvents(context, [batch])
  }
  return count
}
