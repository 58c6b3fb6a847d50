import { isDeltaError, messageOf } from '../../errors.ts'
import { partFiles } from '../../table/index.ts'
import { changeConnectorRecord, hasReached, reached } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { changeEntry } from '../journal.ts'
import type { JournalEntry } from '../journal-entry.ts'
import { pendingRun, unmarkPending } from '../pending.ts'
import type { RunReport } from '../report.ts'
import { stagingFolder } from '../stage.ts'
import { dropEvents, type EventBatch } from '../waiting-events.ts'
import type { Fence } from './fence.ts'

/** What a generation of the share shows that it did not show before, or did and nobody wrote it down. */
export interface Shown {
  readonly generation: number
  readonly runs: readonly JournalEntry[]
  readonly events: readonly EventBatch[]
}

/**
 * Writes down that runs are shown, and lets go of what they needed until then: staged files, marks, samples of values,
 * events. Whatever fails here is a warning, for the runs are published; the next publication does it.
 */
export async function settle(
  context: ConnectorContext,
  { record }: Fence,
  { runs, events, generation }: Shown,
): Promise<void> {
  const { store, id, warn } = context
  try {
    await Promise.all(runs.map((run) => settleRun(context, run, generation)))
    if (runs.length > 0) await unmarkPending(store, id, runs.map(pendingRun), context)
    await dropEvents(context, events)
    if (runs.some(({ isBackfill }) => !isBackfill) && !hasReached(record, 'first-delivery-verified')) {
      await changeConnectorRecord(store, id, (now) => reached(now, 'first-delivery-verified'), context)
    }
  } catch (error) {
    if (!isDeltaError(error) || error.code === 'aborted') throw error
    warn(`generation ${generation} is published, what comes after it is not done: ${messageOf(error)}`)
  }
}

async function settleRun(context: ConnectorContext, run: JournalEntry, generation: number): Promise<void> {
  const { store, id, signal } = context
  await changeEntry(
    store,
    id,
    run,
    ({ step, part: _, report, ...entry }) =>
      step === 'published' || step === 'retracted'
        ? undefined
        : {
            step: 'published',
            generation: entry.generation ?? generation,
            part: undefined,
            report: report && withoutSamples(report),
          },
    context,
  )
  if (run.part === undefined) return
  const folder = stagingFolder(id, run)
  await store.delete(
    partFiles(run.part).map(({ key }) => `${folder}/${key}`),
    { signal },
  )
}

/** How many values did not fit is worth keeping, which they were is not. */
function withoutSamples(report: RunReport): RunReport {
  return { ...report, castFailures: report.castFailures.map((failures) => ({ ...failures, samples: [] })) }
}
