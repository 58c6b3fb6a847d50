import { DeltaError } from '../../errors.ts'
import type { JournalEntry } from '../journal-entry.ts'

/** A run that was committed before anybody saw it, and is not in its table any more: somebody deleted or restored that. */
export function lostRows({ runId, workflowId }: JournalEntry): DeltaError {
  return new DeltaError(
    'invalid-data',
    `run ${runId} of workflow ${workflowId} cannot be published: its journal says that its rows are in the table of their version, which does not hold them; put the objects of that table back as they were, or retract the run and deliver its rows under another run id`,
    { blame: 'storage' },
  )
}
