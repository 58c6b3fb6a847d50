import type { DeltaError } from '../../errors.ts'
import type { ConnectorContext } from '../context.ts'
import { surveyMarked } from '../journal.ts'
import type { JournalEntry } from '../journal-entry.ts'
import { listPending, type PendingRun, pendingRun } from '../pending.ts'
import { findWorkflowOfName } from '../workflow-record.ts'

/** The journals of the runs that wait. */
export interface Waiting {
  readonly entries: readonly JournalEntry[]
  /** Those that cannot be read, each with its run by its name in keys. */
  readonly unreadable: readonly { readonly workflowId: string; readonly run: string; readonly error: DeltaError }[]
}

/** Loads the journals of all runs that are marked as waiting, and that of the run wanted. */
export async function loadWaiting(context: ConnectorContext, wanted: JournalEntry | undefined): Promise<Waiting> {
  const { store, id } = context
  const key = ({ workflow, run }: PendingRun): string => `${workflow}/${run}`
  const known = wanted === undefined ? undefined : key(pendingRun(wanted.run))
  const others = (await listPending(store, id, context)).filter((each) => key(each) !== known)
  const { entries, unreadable } = await surveyMarked(store, id, others, context)
  return {
    entries: [...(wanted === undefined ? [] : [wanted]), ...entries],
    unreadable: await Promise.all(
      unreadable.map(async ({ workflow, run, error }) => ({
        workflowId: (await findWorkflowOfName(store, id, workflow, context)) ?? workflow,
        run,
        error,
      })),
    ),
  }
}
