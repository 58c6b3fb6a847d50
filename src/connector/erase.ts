import { DeltaError } from '../errors.ts'
import { findTraces, type Needle, type Trace } from '../table/index.ts'
import { columnLayout } from './column-layout.ts'
import {
  type ConnectorRecord,
  changeConnectorRecord,
  checkPublishes,
  connectorFolder,
  isSelected,
  loadConnectorRecord,
} from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { emit } from './emit.ts'
import { dropOtherEpochs } from './epochs.ts'
import { eraseFromJournal, eraseWaitingEvents } from './erase-journal.ts'
import { eraseFromTable } from './erase-table.ts'
import { checkColumns, checkErasure, type Erasure, needlesOf } from './erasure.ts'
import { lookAgain } from './look-again.ts'
import { attemptSwap } from './publish/attempts.ts'
import { type Fence, loadFence, pinnedPlace } from './publish/fence.ts'
import { bringBack, loadFenceWithoutLeaving } from './publish/reshow.ts'
import { showErased } from './publish/show-erased.ts'
import { loadWaiting } from './publish/waiting-entries.ts'
import { purgeTables } from './purge.ts'
import { inAllForms } from './spellings.ts'
import { formatLatestTable, formatVersionTable, METADATA_TABLES } from './table-name.ts'
import { tablesFolder } from './table-place.ts'
import { unknownRuns } from './unknown-runs.ts'
import { findTableAt, openTableAt } from './version-table.ts'
import { findWorkflowRecord, listWorkflowRecords, type WorkflowRecord } from './workflow-record.ts'

export interface Erased {
  /** Of the share, whose tables show nothing of the rows any more, nor any older version. */
  readonly generation: number
  /** The tables of versions, each with the rows that this call took out. */
  readonly tables: readonly { readonly name: string; readonly rows: number }[]
  /** Events that left the activity log, or will not come into it. */
  readonly events: number
  readonly proof: ErasureProof
}

export interface ErasureProof {
  /** Whether no object holds any of the values, nor any that cannot be read. */
  readonly isProven: boolean
  /** Objects that were read through: those of the tables, and what the connector keeps beside them. */
  readonly objects: number
  /** What still holds a value, or cannot be read. */
  readonly traces: readonly Trace[]
}

/**
 * Erases rows by their key: out of all tables, shared or not, with the samples of values that the metadata and the journal
 * kept, staged files, and on request events; then every older file and the history of the tables; and then reads through
 * all that is left, to prove that the values are nowhere. Recipients keep no older version to read.
 *
 * The connector remembers first that there was an erasure, and so does each table: what was staged before it is refused, and
 * delivered again. While it lasts, no run of the workflows gets into its table. Called again after a crash it goes on.
 * @returns also where values were found: see `proof`.
 * @throws {DeltaError} `not-found` for a workflow of which no run was ever delivered; `invalid-argument` naming what is missing, a column that no table has, or a share that shows an older version of a table; `conflict`
 * when others were always faster: erase again, to go on.
 */
export async function eraseRows(context: ConnectorContext, given: Erasure): Promise<Erased> {
  const { store, id } = context
  checkErasure(given)
  const before = await loadConnectorRecord(store, id, context)
  checkPublishes(before)
  await checkJournals(context, given)
  const workflows = await workflowsIn(context, given)
  await checkKnown(context, before, workflows)
  const progress: Progress = { erasure: inAllForms(given), rows: new Map(), events: 0, unreadable: [] }
  // What cannot be proven is refused before anything is done.
  needlesIn(before, workflows, progress.erasure)
  const record = await begin(context, given)
  const { names, generation } = await attemptSwap(context, () => eraseOnce(context, record, progress))
  const needles = needlesIn(before, workflows, progress.erasure)
  const found = await prove(context, record, needles, given.workflowId === undefined ? undefined : names)
  const proof = withUnreadable(found, progress.unreadable)
  const tables = Array.from(progress.rows, ([name, rows]) => ({ name, rows }))
  const records = tables.reduce((sum, { rows }) => sum + rows, 0)
  const { workflowId = null } = given
  await emit(context, 'connector_rows_erased', { workflowId, records, generation }, [workflowId, generation])
  return { generation, tables, events: progress.events, proof }
}

function needlesIn({ config }: ConnectorRecord, workflows: readonly WorkflowRecord[], erasure: Erasure): Needle[] {
  const layouts = workflows.flatMap(({ versions }) =>
    versions.map(({ descriptor }) => columnLayout(descriptor, config)),
  )
  checkColumns(erasure, layouts)
  const needles = needlesOf(erasure, layouts)
  if (needles.length > 0) return needles
  throw new DeltaError(
    'invalid-argument',
    'nothing was erased: no value was given by which it can be proven; give proof',
  )
}

/** Before anything is done: without its journal nobody knows what a run is that waits to be shown. */
async function checkJournals(context: ConnectorContext, { workflowId }: Erasure): Promise<void> {
  const { unreadable } = await loadWaiting(context, undefined)
  const [lost] = unreadable.filter((each) => workflowId === undefined || each.workflowId === workflowId)
  if (lost === undefined) return
  throw new DeltaError(
    'invalid-data',
    `nothing was erased: run ${lost.run} waits to be shown, and ${lost.error.message}; put its journal back as it was, then erase again`,
    { blame: 'storage' },
  )
}

/** The same of runs whose journal is gone: an erasure would stop at them half-way, and nothing get into their tables until it ends. */
async function checkKnown(
  context: ConnectorContext,
  { share }: ConnectorRecord,
  workflows: readonly WorkflowRecord[],
): Promise<void> {
  await lookAgain(
    () => loadFence(context, share.name),
    (fence) => checkKnownIn(context, fence, workflows),
  )
}

async function checkKnownIn(
  context: ConnectorContext,
  fence: Fence,
  workflows: readonly WorkflowRecord[],
): Promise<void> {
  const shared = workflows.filter(({ workflowId }) => isSelected(fence.record, workflowId))
  for (const name of shared.flatMap(versionTables)) {
    const place = pinnedPlace(context, fence, name)
    const head = await findTableAt(context, place)
    if (head === undefined) continue
    const shown = place.pin === undefined ? undefined : await openTableAt(context, place, { version: place.pin })
    const [lost] = await unknownRuns(context, { head, shown })
    if (lost === undefined) continue
    throw new DeltaError(
      'invalid-data',
      `nothing was erased: ${name} holds rows of run ${lost}, which waits to be shown, and its journal does not know enough of it; deliver the run again with the rows that it had, then erase again`,
      { blame: 'kadoa' },
    )
  }
}

async function workflowsIn(context: ConnectorContext, { workflowId }: Erasure): Promise<WorkflowRecord[]> {
  const { store, id } = context
  if (workflowId === undefined) return listWorkflowRecords(store, id, context)
  const record = await findWorkflowRecord(store, id, workflowId, context)
  if (record === undefined) throw neverKept(id, workflowId)
  return [record]
}

/** Its rows would be looked for nowhere, and nothing found would look like a proof. */
function neverKept(id: string, workflowId: string): DeltaError {
  return new DeltaError(
    'not-found',
    `nothing was erased: connector ${id} was never given a run of workflow ${workflowId}; look at its id, or leave it out to search all workflows`,
  )
}

/**
 * Says first that there is an erasure: whose rows are not in a table yet cannot be committed to one that was not gone through.
 * Tables are one further than the connector until it ends, so that nothing gets into them.
 */
function begin(
  { store, id, ...options }: ConnectorContext,
  { workflowId = '*', alsoInActivityLog: texts = [] }: Erasure,
): Promise<ConnectorRecord> {
  const begun = (now: ConnectorRecord): ConnectorRecord => {
    const eraseEpoch = now.eraseEpoch + 1
    const erased = { ...now.erased, [workflowId]: eraseEpoch + 1 }
    return { ...now, eraseEpoch, erased, ...(texts.length > 0 && { erasingEvents: eraseEpoch }) }
  }
  return changeConnectorRecord(store, id, begun, options)
}

async function end(
  { store, id, ...options }: ConnectorContext,
  { eraseEpoch: begun }: ConnectorRecord,
  { alsoInActivityLog: texts = [] }: Erasure,
): Promise<void> {
  const ended = (now: ConnectorRecord): ConnectorRecord => {
    const { eraseEpoch, erasedEvents = 0 } = now
    const events = texts.length > 0 && { erasedEvents: Math.max(erasedEvents, begun) }
    return { ...now, eraseEpoch: Math.max(eraseEpoch, begun + 1), ...events }
  }
  await changeConnectorRecord(store, id, ended, options)
}

/** How far it came, in all attempts. */
interface Progress {
  /** With each key as the tables spelled it, too. */
  erasure: Erasure
  readonly rows: Map<string, number>
  events: number
  /** Journals that the last attempt could not read. */
  unreadable: readonly string[]
}

interface ErasedOnce {
  readonly generation: number
  /** All tables that were gone through. */
  readonly names: readonly string[]
}

async function eraseOnce(context: ConnectorContext, record: ConnectorRecord, progress: Progress): Promise<ErasedOnce> {
  const { workflowId, alsoInActivityLog: texts = [] } = progress.erasure
  const epoch = record.eraseEpoch + 1
  const workflows = await workflowsIn(context, progress.erasure)
  const ids = workflows.map((each) => each.workflowId)
  const fence = await loadFenceWithoutLeaving(context, record.share.name, ids)
  progress.events += await eraseWaitingEvents(context, record, texts)
  for (const name of workflows.flatMap(versionTables)) {
    const erased = await eraseFromTable(context, pinnedPlace(context, fence, name), progress.erasure, epoch)
    if (erased === undefined) continue
    progress.erasure = erased.erasure
    progress.rows.set(name, erased.rows + (progress.rows.get(name) ?? 0))
  }
  // Nothing gets into a table from here on: its transactions tell which of the staged runs are in it.
  progress.unreadable = await eraseFromJournal(context, fence, workflowId)
  await eraseFromHidden(context, fence, workflows, progress.erasure)
  // Once nothing of them holds a row that is to go.
  await bringBack(context, fence, ids)
  const scope = workflows.map((each) => ({ workflowId: each.workflowId, schemaVersions: numbersOf(each) }))
  const values = (progress.erasure.keys ?? []).flatMap((key) => Object.values(key))
  const shown = await showErased(context, fence, { workflows: scope, values, texts })
  progress.events += shown.events
  const names = [
    ...workflows.flatMap((each) => [...versionTables(each), formatLatestTable(each.workflowId)]),
    ...METADATA_TABLES,
  ]
  const generation = await purgeTables(context, record.share.name, names)
  const moved = await loadFence(context, record.share.name)
  for (const { workflowId: each } of workflows) {
    await dropOtherEpochs(context, pinnedPlace(context, moved, formatLatestTable(each)))
  }
  await end(context, record, progress.erasure)
  return { generation, names }
}

/** Latest tables that the share shows are written anew; those of workflows that left it are not. */
async function eraseFromHidden(
  context: ConnectorContext,
  fence: Fence,
  workflows: readonly WorkflowRecord[],
  erasure: Erasure,
): Promise<void> {
  for (const { workflowId } of workflows) {
    const place = pinnedPlace(context, fence, formatLatestTable(workflowId))
    if (place.pin === undefined) await eraseFromTable(context, place, erasure, 0)
  }
}

async function prove(
  { store, id, signal }: ConnectorContext,
  { schema }: ConnectorRecord,
  needles: readonly Needle[],
  names: readonly string[] | undefined,
): Promise<ErasureProof> {
  const tables = names?.map((name) => `${tablesFolder(id)}/${schema}/${name}/`) ?? [`${tablesFolder(id)}/`]
  const traces: Trace[] = []
  let objects = 0
  for (const prefix of [...tables, `${connectorFolder(id)}/`]) {
    traces.push(...(await findTraces(store, needles, { prefix, ...(signal && { signal }) })))
    for await (const _ of store.list({ prefix, signal })) objects++
  }
  return { isProven: traces.length === 0, objects, traces }
}

/** What cannot be read as what it is may hold anything. */
function withUnreadable({ objects, traces }: ErasureProof, keys: readonly string[]): ErasureProof {
  const untold = keys.filter((key) => !traces.some((trace) => trace.key === key && trace.where === 'unreadable'))
  const all = [...traces, ...untold.map((key): Trace => ({ key, where: 'unreadable' }))]
  return { isProven: all.length === 0, objects, traces: all }
}

function versionTables(workflow: WorkflowRecord): string[] {
  return numbersOf(workflow).map((version) => formatVersionTable(workflow.workflowId, version))
}

function numbersOf({ versions }: WorkflowRecord): number[] {
  return versions.map(({ version }) => version)
}
