import { DeltaError } from '../errors.ts'
import { checkPublishes, loadConnectorRecord } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { changeEntry, findEntry } from './journal.ts'
import { lookAgain } from './look-again.ts'
import { markPending, pendingRun } from './pending.ts'
import { loadFence } from './publish/fence.ts'
import { publishWaiting } from './publish/generation.ts'
import { shownLatest } from './publish/previous-run.ts'
import { takeBackRows } from './take-back-rows.ts'
import { forgetVersionOf } from './workflow-record.ts'

/** A run that is to be taken back. */
export interface Retraction {
  readonly workflowId: string
  readonly runId: string
  /** Kept in the journal, for whoever asks later. No recipient sees it. */
  readonly reason?: string | undefined
}

export interface Retracted {
  /** Of the share, that shows the run no longer. */
  readonly generation: number
  /** Rows that this call took out of the run's table: none of a run that was not there, or was taken back before. */
  readonly rows: number
  /** Whether `WF_<id>__LATEST` shows another run than it did. */
  readonly latestMoved: boolean
  /** The run that it shows now; null where none is left, or the workflow is not shared. */
  readonly latestRunId: string | null
}

/**
 * Takes a run back, however far it came: one that was not published will never be, the rows of one that was leave their table,
 * and recipients see the share as it was or without the run and all that told of it. It cannot be delivered again.
 *
 * The journal says it first: from there on nobody shows the run anew, and whoever publishes next ends what a process that
 * died has begun. Then the rows leave the table, and then the share moves a generation in any case, so that a publication
 * which looked at the table before begins again.
 * @throws {DeltaError} `not-found` for a run that was never delivered; `invalid-data` when its workflow cannot be shown without
 * it, for the reason in the message; `conflict` when others were always faster: retract it again, to go on.
 */
export async function retractRun(context: ConnectorContext, retraction: Retraction): Promise<Retracted> {
  const { store, id } = context
  const { workflowId, runId, reason } = retraction
  const record = await loadConnectorRecord(store, id, context)
  checkPublishes(record)
  if ((await findEntry(store, id, retraction, context)) === undefined) throw neverDelivered(id, retraction)
  const latest = () =>
    lookAgain(
      () => loadFence(context, record.share.name),
      async (fence) => ({ fence, runId: await shownLatest(context, fence, workflowId) }),
    )
  const { fence, runId: before } = await latest()
  await markPending(store, id, pendingRun(retraction), context)
  const entry = await changeEntry(
    store,
    id,
    { workflowId, runId },
    ({ step }) => (step === 'retracted' ? undefined : { step: 'retracted', ...(reason !== undefined && { reason }) }),
    context,
  )
  await forgetVersionOf(store, id, retraction, context)
  const rows = await takeBackRows(context, fence, entry)
  const { generation } = await publishWaiting(context, record.share.name, entry)
  const { runId: latestRunId } = await latest()
  return { generation, rows, latestMoved: latestRunId !== before, latestRunId }
}

function neverDelivered(id: string, { workflowId, runId }: Retraction): DeltaError {
  return new DeltaError(
    'not-found',
    `run ${runId} of workflow ${workflowId} cannot be taken back: connector ${id} was never given it; look at both ids`,
  )
}
