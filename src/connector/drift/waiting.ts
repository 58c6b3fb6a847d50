import { DeltaError } from '../../errors.ts'
import { connectorFolder, isSelected } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { surveyMarked } from '../journal.ts'
import type { JournalEntry } from '../journal-entry.ts'
import { nameRuns } from '../name-runs.ts'
import { listPending, type PendingRun, pendingRun } from '../pending.ts'
import type { Fence } from '../publish/fence.ts'
import { publishWaiting } from '../publish/generation.ts'
import { lostRows } from '../publish/lost-rows.ts'
import { isTakenBack } from '../publish/waiting-table.ts'
import { isSameRun } from '../run.ts'
import { awaitsErasure, loadEvents } from '../waiting-events.ts'
import type { Found } from './drift.ts'
import { once } from './once.ts'
import { findUnfinishedErasure } from './unfinished-erasure.ts'

/** Runs and events that wait to be shown: one publication shows them; and an erasure that others wait for. */
export async function findWaiting(context: ConnectorContext, { share, record }: Fence): Promise<Found[]> {
  const { store, id } = context
  const marks = await listPending(store, id, context)
  const { entries, unreadable } = await surveyMarked(store, id, marks, context)
  // What is staged only waits for whoever delivers it.
  const runs = entries.filter(
    (entry) => isSelected(record, entry.workflowId) && (isCommitted(entry) || isTakenBack(entry)),
  )
  const kept = record.config.activityLog === false ? [] : await loadEvents(context)
  const events = kept.filter((batch) => !awaitsErasure(record, batch))
  const mend = once(() => show(context, share.name, runs))
  const of = { blame: 'kadoa', remedy: 'reconcile the connector, or publish the next run', mend } as const
  const known = new Set([...entries.map(pendingRun), ...unreadable].map(nameOf))
  const orphans = marks.map(nameOf).filter((name) => !known.has(name))
  return [
    ...(runs.length === 0
      ? []
      : [{ drift: 'waiting-runs', message: `runs that wait to be shown or taken back: ${runs.length}`, ...of }]),
    ...(events.length === 0
      ? []
      : [{ drift: 'waiting-events', message: `batches of events that wait to be shown: ${events.length}`, ...of }]),
    ...findUnfinishedErasure(record),
    ...(orphans.length === 0 ? [] : [orphaned(id, orphans)]),
  ]
}

/** @throws {DeltaError} `invalid-data` for workflows that wait on, and for runs of which the rows are gone. */
async function show(context: ConnectorContext, shareName: string, waiting: readonly JournalEntry[]): Promise<void> {
  const { leftOut, published, shown } = await publishWaiting(context, shareName)
  const left = leftOut.filter(({ reason }) => reason !== 'it is not selected')
  const isTold = (entry: JournalEntry): boolean =>
    leftOut.some(({ workflowId }) => workflowId === entry.workflowId) ||
    [...published, ...shown].some((each) => isSameRun(each, entry))
  const untold = waiting.filter((entry) => isCommitted(entry) && !isTold(entry))
  const lost = await stillCommitted(context, untold)
  if (left.length + lost.length === 0) return
  const why = [
    ...left.map(({ workflowId, reason }) => `workflow ${workflowId} waits on: ${reason}`),
    ...lost.map((entry) => lostRows(entry).message),
  ]
  throw new DeltaError('invalid-data', why.join('; '), left.length === 0 ? { blame: 'storage' } : {})
}

/** Those that nobody else has shown meanwhile. */
async function stillCommitted(
  { store, id, ...options }: ConnectorContext,
  runs: readonly JournalEntry[],
): Promise<readonly JournalEntry[]> {
  const { entries } = await surveyMarked(store, id, runs.map(pendingRun), options)
  return entries.filter(isCommitted)
}

function isCommitted({ step }: JournalEntry): boolean {
  return step === 'committed'
}

function orphaned(id: string, runs: readonly string[]): Found {
  return {
    drift: 'orphan-mark',
    message: `runs that are marked as waiting, and of which there is no journal: ${runs.length} (${nameRuns(runs)})`,
    blame: 'storage',
    remedy: `put their journals back as they were, or deliver the runs again; the mark of one that never comes, ${connectorFolder(id)}/pending/<workflow>/<run>, may be deleted`,
  }
}

/** As it stands in keys. */
function nameOf({ workflow, run }: PendingRun): string {
  return `${workflow}/${run}`
}
