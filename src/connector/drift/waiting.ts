import { DeltaError } from '../../errors.ts'
import { isSelected } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { surveyMarked } from '../journal.ts'
import { listPending } from '../pending.ts'
import type { Fence } from '../publish/fence.ts'
import { publishWaiting } from '../publish/generation.ts'
import { loadEvents } from '../waiting-events.ts'
import type { Found } from './drift.ts'
import { once } from './once.ts'

/** Runs and events that wait to be shown: one publication shows them. */
export async function findWaiting(context: ConnectorContext, { share, record }: Fence): Promise<Found[]> {
  const { store, id } = context
  const marks = await listPending(store, id, context)
  const { entries, unreadable } = await surveyMarked(store, id, marks, context)
  const runs = entries.filter(({ workflowId }) => isSelected(record, workflowId))
  const events = record.config.activityLog === false ? [] : await loadEvents(context)
  const mend = once(() => show(context, share.name))
  const of = { blame: 'kadoa', remedy: 'reconcile the connector, or publish the next run', mend } as const
  const orphans = marks.length - entries.length - unreadable.length
  return [
    ...(runs.length === 0
      ? []
      : [{ drift: 'waiting-runs', message: `runs that wait to be shown or taken back: ${runs.length}`, ...of }]),
    ...(events.length === 0
      ? []
      : [{ drift: 'waiting-events', message: `batches of events that wait to be shown: ${events.length}`, ...of }]),
    ...(orphans === 0 ? [] : [orphaned(orphans)]),
  ]
}

/** @throws {DeltaError} `invalid-data` for workflows that wait on. */
async function show(context: ConnectorContext, shareName: string): Promise<void> {
  const { leftOut } = await publishWaiting(context, shareName)
  const left = leftOut.filter(({ reason }) => reason !== 'it is not selected')
  if (left.length === 0) return
  const why = left.map(({ workflowId, reason }) => `workflow ${workflowId} waits on: ${reason}`)
  throw new DeltaError('invalid-data', why.join('; '))
}

function orphaned(count: number): Found {
  return {
    drift: 'orphan-mark',
    message: `runs that are marked as waiting, and of which there is no journal: ${count}`,
    blame: 'storage',
    remedy: 'restore the journal, or deliver the runs again',
  }
}
