import type { DeltaError } from '../../errors.ts'
import type { ConnectorContext } from '../context.ts'
import type { DeliveryHead } from '../delivery.ts'
import { emit } from '../emit.ts'
import type { EventRun } from '../event.ts'
import type { JournalEntry } from '../journal-entry.ts'
import type { WorkflowMetadata } from '../metadata/workflow-metadata.ts'
import { formatVersionTable } from '../table-name.ts'
import type { Group } from './group.ts'

/** Tells that a run is shown, unless that was written down already, and so told. */
export async function announceRun(context: ConnectorContext, entry: JournalEntry, generation: number): Promise<void> {
  const { run, report, schemaVersion = 0, isBackfill, step } = entry
  if (step === 'published' || step === 'retracted' || isBackfill) return
  const { startedAt, finishedAt, workflowId, runId } = run
  await emit(
    context,
    'workflow_export_completed',
    {
      ...eventRun(entry),
      state: 'FINISHED',
      startedAt,
      finishedAt,
      records: report?.rows ?? 0,
      schemaVersion,
      table: formatVersionTable(workflowId, schemaVersion),
      generation: entry.generation ?? generation,
    },
    [workflowId, runId],
  )
}

/** Tells that a delivery was held back, and by what. */
export async function announceHeld(
  context: ConnectorContext,
  head: DeliveryHead,
  { details: { problems = [] } }: DeltaError,
): Promise<void> {
  const blocking = problems.filter(({ action }) => action === 'block')
  const { workflowId, runId, finishedAt } = head.run
  await emit(
    context,
    'workflow_failed',
    {
      ...eventRun(head),
      source: 'connector',
      reason: blocking.map(({ message }) => message).join('; '),
      action: blocking.map(({ remedy }) => remedy).join('; '),
      problems,
    },
    [workflowId, runId, finishedAt, ...blocking.map(({ check }) => check)],
  )
}

/** Tells that what was about to be shown did not pass, and waits. */
export async function announceFailure(
  context: ConnectorContext,
  { workflowId, reason }: Pick<Group['leftOut'][number], 'workflowId' | 'reason'>,
): Promise<void> {
  await emit(context, 'connector_verification_failed', { workflowId, reason }, [workflowId, reason])
}

/** Runs of a workflow that are published no longer. */
export type TakenBackFrom = Pick<Group['tables'][number], 'workflowId' | 'retracted'>

/** Tells which runs were taken back, and which latest tables have the columns of another version. */
export async function announceChanges(
  context: ConnectorContext,
  takenBack: readonly TakenBackFrom[],
  { before, after }: { readonly before: Told; readonly after: Told },
  generation: number,
): Promise<void> {
  for (const { workflowId, retracted } of takenBack) {
    for (const runId of retracted) {
      await emit(context, 'connector_run_retracted', { workflowId, runId, generation }, [workflowId, runId])
    }
  }
  for (const [workflowId, { workflow }] of after) {
    const from = before.get(workflowId)?.workflow?.LATEST_SCHEMA_VERSION ?? null
    const to = workflow?.LATEST_SCHEMA_VERSION ?? null
    if (from === null || to === null || from === to) continue
    const runId = workflow?.LATEST_RUN_ID ?? null
    const switched = { workflowId, from, to, runId, generation }
    await emit(context, 'connector_latest_switched', switched, [workflowId, generation])
  }
}

type Told = ReadonlyMap<string, WorkflowMetadata>

function eventRun({ run, workflow }: Pick<DeliveryHead, 'run' | 'workflow'>): EventRun {
  const { workflowId, runId, jobId } = run
  return { workflowId, workflowName: workflow.name, runId, jobId }
}
