import { DeltaError } from '../errors.ts'
import type { RecordOptions } from '../record/index.ts'
import type { ObjectStore } from '../store/index.ts'
import { connectorFolder } from './connector-record.ts'
import { runKey } from './run-key.ts'
import { workflowName } from './table-name.ts'

/** A run by its names in keys. */
export interface PendingRun {
  readonly workflow: string
  readonly run: string
}

interface RunId {
  readonly workflowId: string
  readonly runId: string
}

const EMPTY = new TextEncoder().encode('{}\n')

/** The run by its names in keys. */
export function pendingRun({ workflowId, runId }: RunId): PendingRun {
  return { workflow: workflowName(workflowId), run: runKey(runId) }
}

/**
 * Marks a run as one whose rows may be committed and not shown yet, so that whoever publishes next finds it without
 * looking through the journal. Put before the rows are committed.
 * @throws {DeltaError} `unavailable`.
 */
export async function markPending(
  store: ObjectStore,
  connectorId: string,
  run: PendingRun,
  { signal }: RecordOptions,
): Promise<void> {
  const key = pendingKey(connectorId, run)
  const put = await store.put(key, EMPTY, { mode: 'overwrite', signal })
  if (put.outcome === 'written') return
  throw new DeltaError(
    'unavailable',
    `could not mark run ${run.run} as waiting: the answer for ${store.location}/${key} was lost; deliver the run again`,
    { cause: put.outcome === 'unknown' ? put.cause : undefined },
  )
}

/** The runs that wait, by their keys. */
export async function listPending(
  store: ObjectStore,
  connectorId: string,
  { signal }: RecordOptions,
): Promise<PendingRun[]> {
  const prefix = pendingFolder(connectorId)
  const pending: PendingRun[] = []
  for await (const { key } of store.list({ prefix, signal })) {
    const [workflow, run] = key.slice(prefix.length).split('/')
    if (workflow !== undefined && run !== undefined) pending.push({ workflow, run })
  }
  return pending
}

/** Takes marks away, of runs that are shown or will never be. */
export function unmarkPending(
  store: ObjectStore,
  connectorId: string,
  runs: readonly PendingRun[],
  { signal }: RecordOptions,
): Promise<void> {
  return store.delete(
    runs.map((run) => pendingKey(connectorId, run)),
    { signal },
  )
}

function pendingFolder(connectorId: string): string {
  return `${connectorFolder(connectorId)}/pending/`
}

function pendingKey(connectorId: string, { workflow, run }: PendingRun): string {
  return `${pendingFolder(connectorId)}${workflow}/${run}`
}
