import type { Backfilled } from '../connector/index.ts'
import { DeltaError } from '../errors.ts'
import { command } from './command.ts'
import { connectorAt, storageRoot, webhookOption } from './connector-handle.ts'
import { formatCount } from './grid.ts'
import { deliveriesOf, findHistory } from './history.ts'
import { required, withDefault } from './option.ts'
import { answer, type Session } from './session.ts'
import { text, wholeNumber } from './value.ts'

export const connectorBackfill = command({
  name: 'backfill',
  summary: 'publish the runs of the past, oldest first, many in one generation',
  details: `DIR holds folders with run.json and rows.jsonl or rows.parquet each; MANIFEST.jsonl has lines of
{"run": "path/run.json", "rows": "path"}, relative to it. Refused until one live run was published. Stopped, by whatever it was, the
same command goes on: runs that are published, or were taken back, are passed over before their rows are read. Runs that are
held back or fail do not stop the others: they are told of at the end, and the exit code is not 0.`,
  arguments: { connector: 'its id' },
  options: {
    root: storageRoot,
    from: required('dir|manifest.jsonl', 'where the runs lie', text),
    workers: withDefault('n', 'runs that are staged at the same time', wholeNumber, '4'),
    runsPerGeneration: withDefault('n', 'runs that are shown together', wholeNumber, '50'),
    webhook: webhookOption,
  },
  async run({ connector: id, root, from, workers, runsPerGeneration, webhook }, session) {
    const { runs, unreadable } = await findHistory(from, session)
    const handle = await connectorAt(id, root, session, { webhook })
    const result = await handle.backfill(deliveriesOf(runs, session), {
      workers,
      runsPerGeneration,
      signal: session.signal,
      onProgress: ({ done, rows }) =>
        session.progress.show(
          `${done} of ${formatCount(runs.length, 'run')}, ${formatCount(rows, 'row')}`,
          done / runs.length,
        ),
    })
    await tell(result, unreadable, session)
  },
})

type Unreadable = Awaited<ReturnType<typeof findHistory>>['unreadable']

/** @throws {DeltaError} `invalid-argument` where runs are left. */
async function tell(result: Backfilled, unreadable: Unreadable, session: Session): Promise<void> {
  const { held, failed } = result
  session.progress.clear()
  await answer(session, { ...result, unreadable }, () => formatBackfilled(result))
  for (const { workflowId, runId, problems } of held) {
    const why = problems
      .filter(({ action }) => action === 'block')
      .map(({ message, remedy }) => `${message}; ${remedy}`)
    session.note(`held back: run ${runId} of workflow ${workflowId}: ${why.join('; ')}`)
  }
  for (const { workflowId, runId, message } of failed) {
    session.note(`failed: run ${runId} of workflow ${workflowId}: ${message}`)
  }
  for (const { message } of unreadable) session.note(`failed: ${message}`)
  const notPublished = held.length + failed.length + unreadable.length
  if (notPublished === 0) return
  throw new DeltaError(
    'invalid-argument',
    `${formatCount(notPublished, 'run')} of the history not published: ${held.length} held back, ${failed.length + unreadable.length} failed; mend them, and backfill again`,
  )
}

function formatBackfilled({ published, skipped, retracted, rows, generation }: Backfilled): string {
  const before = skipped === 0 ? '' : `, ${formatCount(skipped, 'run')} published before`
  const takenBack = retracted === 0 ? '' : `, ${formatCount(retracted, 'run')} taken back`
  return `published ${formatCount(published, 'run')} with ${formatCount(rows, 'row')}${before}${takenBack}; generation ${generation}`
}
