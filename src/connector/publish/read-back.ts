import { DeltaError } from '../../errors.ts'
import type { Share } from '../../manifest/index.ts'
import type { ConnectorRecord } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { type LineageNames, lineageNames } from '../lineage.ts'
import { isPublished, WORKFLOW_RUNS } from '../metadata/runs.ts'
import { WORKFLOWS } from '../metadata/workflows.ts'
import { checkRowsShown, checkRunShown, openAsRecipient, type Recipient } from '../read-back.ts'
import { isFault } from './fault.ts'
import type { ShownWorkflow } from './show-workflow.ts'

/** A workflow that a recipient would not find as it is. */
export interface ReadBackFailure {
  readonly workflowId: string
  readonly error: DeltaError
}

/**
 * Reads a generation that nobody has seen as its recipient will, as far as it is new: each run in its table, the latest
 * tables, and that the metadata tables tell of them.
 * @returns the first workflow that does not pass, with `invalid-data` naming table and difference, or the file that is gone.
 * @throws {DeltaError} whatever else a recipient would have met.
 */
export async function readBack(
  context: ConnectorContext,
  { schema, config }: ConnectorRecord,
  share: Share,
  workflows: ReadonlyMap<string, ShownWorkflow>,
): Promise<ReadBackFailure | undefined> {
  if (!context.plane.promises.readBack) return undefined
  const recipient = await openAsRecipient(context, share, schema)
  for (const [workflowId, shown] of workflows) {
    try {
      await checkWorkflow(context, recipient, workflowId, shown, lineageNames(config))
    } catch (error) {
      if (!isFault(error)) throw error
      return { workflowId, error }
    }
  }
  return undefined
}

async function checkWorkflow(
  context: ConnectorContext,
  recipient: Recipient,
  workflowId: string,
  { expected, metadata }: ShownWorkflow,
  lineage: LineageNames,
): Promise<void> {
  const { signal } = context
  for (const { table, runs, rows } of expected) {
    const shown = recipient.table(table)
    const isAlone = rows !== undefined && runs.length === 1
    for (const run of runs) await checkRunShown(shown, run, { lineage, isAlone, signal })
    if (rows !== undefined && !isAlone) await checkRowsShown(shown, rows, { lineage, signal })
  }
  await checkMetadata(context, recipient, workflowId, metadata)
}

async function checkMetadata(
  { signal }: ConnectorContext,
  recipient: Recipient,
  workflowId: string,
  expected: ShownWorkflow['metadata'],
): Promise<void> {
  const where = { WORKFLOW_ID: workflowId }
  const wanted = new Set(expected.runs.filter(isPublished).map(({ RUN_ID }) => RUN_ID))
  const oldest = expected.runs.map(({ FINISHED_AT }) => FINISHED_AT).sort()[0]
  const since = oldest === undefined ? {} : { FINISHED_AT: { gte: oldest } }
  for await (const row of recipient.table(WORKFLOW_RUNS.name).read({ where: { ...where, ...since }, signal })) {
    const run = WORKFLOW_RUNS.parse(row)
    if (isPublished(run)) wanted.delete(run.RUN_ID)
  }
  const [missing] = wanted
  if (missing !== undefined) throw untold(WORKFLOW_RUNS.name, `run ${missing} of workflow ${workflowId}`)
  let latest: string | null = null
  for await (const row of recipient.table(WORKFLOWS.name).read({ where, signal })) {
    latest = WORKFLOWS.parse(row).LATEST_RUN_ID
  }
  if (latest !== (expected.workflow?.LATEST_RUN_ID ?? null)) {
    throw untold(WORKFLOWS.name, `the newest run of workflow ${workflowId}`)
  }
}

function untold(table: string, what: string): DeltaError {
  return new DeltaError('invalid-data', `${table} would not tell of ${what}; nothing was published`, {
    blame: 'storage',
  })
}
