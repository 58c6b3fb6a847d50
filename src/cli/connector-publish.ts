import type { PublishedRun } from '../connector/index.ts'
import { DeltaError } from '../errors.ts'
import { command } from './command.ts'
import { readRunFile } from './connector-files.ts'
import { connectorAt, storageRoot, webhookOption } from './connector-handle.ts'
import { formatCount } from './grid.ts'
import { checkEvents, formatOfRows, runEvents, runRows } from './input/run-rows.ts'
import { optional, required } from './option.ts'
import { answer } from './session.ts'
import { text } from './value.ts'

export const connectorPublish = command({
  name: 'publish',
  summary: 'publish a finished run, exactly once however often it is delivered',
  details: `Examples:
  deltaquill connector publish acme --root s3://bucket/prefix --run run.json --rows rows.parquet
  cat rows.jsonl | deltaquill connector publish acme --root ./root --run run.json --rows -

run.json is {"workflow": …, "schema": …, "run": …}. A run that the checks hold back ends with exit code 2, one whose rows cannot be
read with the code of that: what was shared before stays, and the failure says whose move it is (with --json in "problems" and
"blame").`,
  arguments: { connector: 'its id' },
  options: {
    root: storageRoot,
    run: required('file', 'the run.json', text),
    rows: required('file', 'its rows: .jsonl or .parquet; - is JSON Lines on stdin', text),
    events: optional('file', 'events of the activity log that come with it: .jsonl; - is stdin', text),
    webhook: webhookOption,
  },
  async run({ connector: id, root, run: runFile, rows: rowsFile, events: eventsFile, webhook }, session) {
    if (rowsFile === '-' && eventsFile === '-') throw twiceStdin()
    if (rowsFile !== '-') formatOfRows(rowsFile)
    if (eventsFile !== undefined) checkEvents(eventsFile)
    const head = await readRunFile(runFile, session)
    const rows = runRows(rowsFile, head.schema, session)
    const events = eventsFile === undefined ? {} : { events: runEvents(eventsFile, session) }
    const handle = await connectorAt(id, root, session, { webhook })
    const published = await handle.publish({ ...head, rows, ...events }, { signal: session.signal })
    for (const { message, remedy } of published.warnings) session.note(`warning: ${message}; ${remedy}`)
    await answer(session, { ...published }, () => formatPublished(published, eventsFile !== undefined))
  },
})

function twiceStdin(): DeltaError {
  return new DeltaError('invalid-argument', '--rows and --events are both -: stdin can be one of them')
}

function formatPublished(
  { outcome, workflowId, runId, table, rows, generation }: PublishedRun,
  withEvents: boolean,
): string {
  const what = `run ${runId} of workflow ${workflowId}`
  if (outcome === 'published')
    return `published ${what}: ${formatCount(rows, 'row')} in ${table}, generation ${generation}`
  const before = `${what} was published before, in ${table}`
  return withEvents ? `${before}: only its events were looked at` : `nothing to do: ${before}`
}
