import type { Retracted } from '../connector/index.ts'
import { command } from './command.ts'
import { connectorAt, storageRoot, webhookOption } from './connector-handle.ts'
import { formatCount } from './grid.ts'
import { optional, required } from './option.ts'
import { answer } from './session.ts'
import { text } from './value.ts'

export const connectorRetract = command({
  name: 'retract',
  summary: 'take a run back, however far it came; it cannot be delivered again',
  details: `Its rows leave their table, the latest table shows the run before it, and older versions of its table cannot be read any
more. Files with its rows stay until they are vacuumed. Interrupted, it goes on when it is called again.`,
  arguments: { connector: 'its id' },
  options: {
    root: storageRoot,
    workflow: required('id', 'the workflow that ran', text),
    run: required('id', 'the run', text),
    reason: optional('text', 'kept in the journal, for whoever asks later; no recipient sees it', text),
    webhook: webhookOption,
  },
  async run({ connector: id, root, workflow: workflowId, run: runId, reason, webhook }, session) {
    const handle = await connectorAt(id, root, session, { webhook })
    const retracted = await handle.retract({ workflowId, runId, reason }, { signal: session.signal })
    await answer(session, { workflowId, runId, ...retracted }, () => formatRetracted(runId, retracted))
  },
})

function formatRetracted(runId: string, { rows, generation, latestMoved, latestRunId }: Retracted): string {
  const latest = latestMoved ? [`  the latest table shows ${latestRunId ?? 'no run any more'}`] : []
  return [`took run ${runId} back: ${formatCount(rows, 'row')}, generation ${generation}`, ...latest].join('\n')
}
