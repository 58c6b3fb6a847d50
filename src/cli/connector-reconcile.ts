import type { Drift } from '../connector/index.ts'
import { DeltaError } from '../errors.ts'
import { command } from './command.ts'
import { connectorAt, storageRoot, webhookOption } from './connector-handle.ts'
import { formatCount } from './grid.ts'
import { flag, inFlags } from './option.ts'
import { answerList } from './session.ts'

export const connectorReconcile = command({
  name: 'reconcile',
  summary: 'find what is not as it should be, and mend what needs no person',
  details: `Looks at the grant, at an update that has not ended, at what the share shows and from where, at runs and events that wait, at marks
and staged files, whoever died or changed something by hand. With --json one object a line. Where something is left, the exit code is 7.`,
  arguments: { connector: 'its id' },
  options: {
    root: storageRoot,
    dryRun: flag('tell, and change nothing'),
    ungrantOthers: flag('take the share away from everybody but its recipient'),
    webhook: webhookOption,
  },
  async run({ connector: id, root, dryRun, ungrantOthers, webhook }, session) {
    const handle = await connectorAt(id, root, session, { webhook })
    const found = await handle.reconcile({ dryRun, ungrantOthers, signal: session.signal })
    const drifts = found.map((drift) => ({ ...drift, remedy: inFlags(drift.remedy, ['ungrantOthers']) }))
    await answerList(session, drifts, () => formatDrifts(drifts))
    const left = drifts.filter(({ mended }) => !mended).length
    if (left === 0) return
    throw new DeltaError('invalid-data', `${formatCount(left, 'drift')} left: see above what to do`)
  },
})

function formatDrifts(drifts: readonly Drift[]): string {
  if (drifts.length === 0) return 'all is as it should be'
  return drifts
    .map(({ drift, mended, message, blame, remedy }) =>
      mended ? `mended ${drift}: ${message}` : `found ${drift}: ${message}; ${remedy} (${blame})`,
    )
    .join('\n')
}
