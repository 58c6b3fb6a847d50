import { DeltaError } from '../../errors.ts'
import type { Run } from '../run.ts'

/** Whoever took a run back spent its id. */
export function takenBack({ runId, workflowId }: Pick<Run, 'runId' | 'workflowId'>): DeltaError {
  return new DeltaError(
    'invalid-argument',
    `run ${runId} of workflow ${workflowId} cannot be published: it was taken back; deliver its rows under another run id`,
    { blame: 'kadoa' },
  )
}
