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
export function markPending(
  store: ObjectStore,
  connectorId: string,
  run: PendingRun,
  options: RecordOptions,
): Promise<void> {
  return mark(store, markKey(connectorId, 'pending', run), options)
}

/** Marks a run as one that the checks held back, so that it is found without looking through the journal. */
export function markHeld(
  store: ObjectStore,
  connectorId: string,
  run: PendingRun,
  options: RecordOptions,
): Promise<void> {
  return mark(store, markKey(connectorId, 'held', run), options)
}

/** The runs that wait, by their keys. */
export function listPending(store: ObjectStore, connectorId: string, options: RecordOptions): Promise<PendingRun[]> {
  return listMarks(store, connectorId, 'pending', options)
}

/** The runs that were held back, by their keys, and maybe some that passed since: their journal says it. */
export function listHeld(store: ObjectStore, connectorId: string, options: RecordOptions): Promise<PendingRun[]> {
  return listMarks(store, connectorId, 'held', options)
}

/** Takes all marks away, of runs that are shown or will never be. */
export function unmarkPending(
  store: ObjectStore,
  connectorId: string,
  runs: readonly PendingRun[],
  { signal }: RecordOptions,
): Promise<void> {
  return store.delete(
    runs.flatMap((run) => KINDS.map((kind) => markKey(connectorId, kind, run))),
    { signal },
  )
}

const KINDS = ['pending', 'held'] as const

type Kind = (typeof KINDS)[number]

async function mark(store: ObjectStore, key: string, { signal }: RecordOptions): Promise<void> {
  const put = await store.put(key, EMPTY, { mode: 'overwrite', signal })
  if (put.outcome === 'written') return
  throw new DeltaError(
    'unavailable',
    `could not mark a run: the answer for ${store.location}/${key} was lost; deliver the run again`,
    { cause: put.outcome === 'unknown' ? put.cause : undefined },
  )
}

async function listMarks(
  store: ObjectStore,
  connectorId: string,
  kind: Kind,
  { signal }: RecordOptions,
): Promise<PendingRun[]> {
  const prefix = folderOf(connectorId, kind)
  const marked: PendingRun[] = []
  for await (const { key } of store.list({ prefix, signal })) {
    const [workflow, run] = key.slice(prefix.length).split('/')
    if (workflow !== undefined && run !== undefined) marked.push({ workflow, run })
  }
  return marked
}

function folderOf(connectorId: string, kind: Kind): string {
  return `${connectorFolder(connectorId)}/${kind}/`
}

function markKey(connectorId: string, kind: Kind, { workflow, run }: PendingRun): string {
  return `${folderOf(connectorId, kind)}${workflow}/${run}`
}
