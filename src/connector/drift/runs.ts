import { DeltaError } from '../../errors.ts'
import { findTable } from '../../manifest/index.ts'
import type { DamagedRecord } from '../../record/index.ts'
import { isSelected } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { surveyEntries } from '../journal.ts'
import type { JournalEntry } from '../journal-entry.ts'
import { listPending, markPending, type PendingRun, pendingRun, unmarkPending } from '../pending.ts'
import type { Fence } from '../publish/fence.ts'
import { commitRun } from '../publish/run.ts'
import { formatVersionTable } from '../table-name.ts'
import { unknownRuns } from '../unknown-runs.ts'
import { findTableAt, versionTablePlace } from '../version-table.ts'
import { surveyWorkflowRecords, type WorkflowRecord } from '../workflow-record.ts'
import type { Found } from './drift.ts'
import type { NeededFiles } from './staging.ts'
import { openShown, unlessDamaged } from './version-drift.ts'

const DAY = 86_400_000

/** What is not as it should be with runs that are on their way, and whose staged files are still needed. */
export interface RunDrifts {
  readonly found: readonly Found[]
  readonly needed: NeededFiles
}

/**
 * Looks through the journal, one workflow at a time: runs that a process left staged are taken on, those that are committed
 * and that nobody would find are marked, marks of runs that are shown are taken away.
 */
export async function findRuns(context: ConnectorContext, fence: Fence): Promise<RunDrifts> {
  const { store, id } = context
  const marked = new Set((await listPending(store, id, context)).map(keyOf))
  const attempts = new Set<string>()
  const runs = new Set<string>()
  const found: Found[] = []
  for (const record of await surveyWorkflowRecords(store, id, context)) {
    const unreadable = new Set<string>()
    if ('damaged' in record) found.push(unreadableWorkflow(record))
    for (const entry of await surveyEntries(store, id, record.name, context)) {
      if ('damaged' in entry) {
        unreadable.add(entry.name)
        runs.add(entry.name)
        found.push(unreadableJournal('damaged' in record ? record.name : record.workflowId, entry))
        continue
      }
      if (entry.part !== undefined) attempts.add(entry.attempt)
      if (!isSelected(fence.record, entry.workflowId)) continue
      const drift = driftOf(context, entry, marked.has(keyOf(pendingRun(entry))))
      if (drift !== undefined) found.push(drift)
    }
    if (!('damaged' in record) && isSelected(fence.record, record.workflowId))
      found.push(...(await findUnknown(context, fence, record, unreadable)))
  }
  return { found, needed: { attempts, runs } }
}

/** Its runs are looked at all the same: what their journals say is whole. */
function unreadableWorkflow({ name, damaged }: DamagedRecord): Found {
  return {
    drift: 'unreadable-workflow',
    message: `the record of workflow ${name} cannot be read, so that no run of it can be taken in: ${damaged}`,
    blame: 'storage',
    remedy: 'put the object back as it was, from an earlier version of it or a backup',
  }
}

function unreadableJournal(workflow: string, { name, damaged }: DamagedRecord): Found {
  return {
    drift: 'unreadable-journal',
    message: `the journal of run ${name} of workflow ${workflow} cannot be read, and where its rows are not shown yet, the workflow waits: ${damaged}`,
    blame: 'storage',
    remedy: 'put the object back as it was, or delete it and deliver the run again with the rows that it had',
  }
}

function driftOf(context: ConnectorContext, entry: JournalEntry, isMarked: boolean): Found | undefined {
  const { store, id, runtime } = context
  const what = `run ${entry.runId} of workflow ${entry.workflowId}`
  const kadoa = { blame: 'kadoa', remedy: 'reconcile the connector' } as const
  const run = pendingRun(entry)
  switch (entry.step) {
    case 'staged':
      return {
        drift: 'staged-run',
        message: `${what} is staged and not committed`,
        ...kadoa,
        mend: () => resume(context, entry),
      }
    case 'committed': {
      const mend = () => markPending(store, id, run, context)
      return isMarked
        ? undefined
        : { drift: 'unmarked-run', message: `${what} is committed, and nothing says so`, ...kadoa, mend }
    }
    case 'published': {
      const mend = () => unmarkPending(store, id, [run], context)
      return isMarked
        ? { drift: 'mark', message: `${what} is published and counts as waiting`, ...kadoa, mend }
        : undefined
    }
    case 'staging': {
      const isYoung = runtime.now() - Date.parse(entry.changedAt) < DAY
      const message = `${what} was delivered at ${entry.changedAt} and never staged to its end`
      return isYoung ? undefined : { drift: 'unstaged-run', message, blame: 'kadoa', remedy: 'deliver it again' }
    }
    default:
      return undefined
  }
}

/** Takes a run on from its staged files. @throws {DeltaError} `conflict` where they are gone or are not to be published. */
async function resume(context: ConnectorContext, entry: JournalEntry): Promise<void> {
  // biome-ignore lint/correctness/useYield: there are no rows to be had here
  async function* rows(): AsyncGenerator<object> {
    throw new DeltaError('conflict', `run ${entry.runId} cannot go on from what was staged of it: deliver it again`)
  }
  const { workflow, schema, run, isBackfill } = entry
  await commitRun(context, { workflow, schema, run, isBackfill, rows: rows() })
}

/** Runs whose rows are in a table, beyond what is shown, and that no journal knows enough of to show them. */
async function findUnknown(
  context: ConnectorContext,
  fence: Fence,
  { workflowId, versions }: WorkflowRecord,
  unreadable: ReadonlySet<string>,
): Promise<Found[]> {
  const { share, record } = fence
  const found: Found[] = []
  for (const { version } of versions) {
    const name = formatVersionTable(workflowId, version)
    const inTable = await unlessDamaged(name, () =>
      findUnknownIn(context, fence, { workflowId, schemaVersion: version }, unreadable),
    )
    // Of tables that the share shows, it was told with their entries.
    const isTold = findTable(share, { schema: record.schema, name }) !== undefined
    found.push(...inTable.filter(({ drift }) => !isTold || drift !== 'unreadable-table'))
  }
  return found
}

async function findUnknownIn(
  context: ConnectorContext,
  { share, record: { schema } }: Fence,
  { workflowId, schemaVersion }: { readonly workflowId: string; readonly schemaVersion: number },
  unreadable: ReadonlySet<string>,
): Promise<Found[]> {
  const place = versionTablePlace(context, { schema, workflowId, schemaVersion })
  const head = await findTableAt(context, place)
  if (head === undefined) return []
  const name = formatVersionTable(workflowId, schemaVersion)
  const shown = await openShown(context, place, findTable(share, { schema, name }), head)
  const runIds = await unknownRuns(context, { head, shown, unreadable })
  return runIds.map((runId) => ({
    drift: 'unknown-run',
    message: `${name} holds rows of run ${runId} that nobody sees, of which the journal does not know enough to show them: workflow ${workflowId} waits`,
    blame: 'kadoa',
    remedy:
      'deliver the run again with the rows that it had; where they are not to be had, deliver others, which is refused, then retract the run and deliver them under another run id',
  }))
}

function keyOf({ workflow, run }: PendingRun): string {
  return `${workflow}/${run}`
}
