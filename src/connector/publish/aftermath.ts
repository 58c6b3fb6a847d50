import { isDeltaError, messageOf } from '../../errors.ts'
import { fewAtATime } from '../../few-at-a-time.ts'
import { partFiles } from '../../table/index.ts'
import { tellOfEnd } from '../access-end.ts'
import { changeConnectorRecord, hasReached, reached } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { changeEntry } from '../journal.ts'
import type { JournalEntry } from '../journal-entry.ts'
import { pendingRun, unmarkPending } from '../pending.ts'
import type { RunReport } from '../report.ts'
import { stagingFolder } from '../stage.ts'
import { dropEvents, type EventBatch } from '../waiting-events.ts'
import { announceRun } from './announce.ts'
import type { Fence } from './fence.ts'

/** Runs that are settled at the same time. */
const RUNS = 8

/** What a generation of the share shows that it did not show before, or did and nobody wrote it down. */
export interface Shown {
  readonly generation: number
  readonly runs: readonly JournalEntry[]
  readonly events: readonly EventBatch[]
}

/**
 * Writes down that runs are shown, and lets go of what they needed until then: staged files, marks, samples of values and
 * keys, events. It also tells when the access of the recipient comes to its end. Whatever fails here is a warning, for the
 * runs are published; the next publication does it.
 */
export async function settle(
  context: ConnectorContext,
  { record }: Fence,
  { runs, events, generation }: Shown,
): Promise<void> {
  const { store, id, warn } = context
  try {
    const isSettled = await fewAtATime(runs, RUNS, (run) => settleRun(context, run, generation))
    const done = runs.filter((_, index) => isSettled[index])
    if (done.length > 0) await unmarkPending(store, id, done.map(pendingRun), context)
    await dropEvents(context, events)
    if (
      runs.some(({ isBackfill, step }) => !isBackfill && step !== 'retracted') &&
      !hasReached(record, 'first-delivery-verified')
    ) {
      await changeConnectorRecord(store, id, (now) => reached(now, 'first-delivery-verified'), context)
    }
    await tellOfEnd(context, record)
  } catch (error) {
    if (!isDeltaError(error) || error.code === 'aborted') throw error
    warn(`generation ${generation} is published, what comes after it is not done: ${messageOf(error)}`)
  }
}

/** @returns false for a run that somebody began to take back meanwhile: it waits for the next publication. */
async function settleRun(context: ConnectorContext, run: JournalEntry, generation: number): Promise<boolean> {
  const { store, id, signal } = context
  // Before it is written down: whoever finds that it is not, tells it again.
  await announceRun(context, run, generation)
  const { step } = await changeEntry(store, id, run, (now) => settled(now, run, generation), context)
  if (step === 'retracted' && run.step !== step) return false
  if (run.part === undefined) return true
  const folder = stagingFolder(id, run)
  await store.delete(
    partFiles(run.part).map(({ key }) => `${folder}/${key}`),
    { signal },
  )
  return true
}

function settled(now: JournalEntry, { step }: JournalEntry, generation: number): Partial<JournalEntry> | undefined {
  const { report } = now
  const rest = { part: undefined, report: report && withoutSamples(report) }
  if (now.step === 'retracted') return step === now.step ? rest : undefined
  if (now.step === 'published') return undefined
  return { step: 'published', generation: now.generation ?? generation, ...rest }
}

/**
 * How many values did not fit is worth keeping, which they were is not. Nor are keys that are no fields: where an object is a
 * list by name, they are values too.
 */
export function withoutSamples(report: RunReport): RunReport {
  const { castFailures, extraFields, moreExtraFields } = report
  return {
    ...report,
    castFailures: castFailures.map((failures) => ({ ...failures, samples: [] })),
    extraFields: [],
    moreExtraFields: extraFields.reduce((sum, { count }) => sum + count, moreExtraFields),
  }
}
