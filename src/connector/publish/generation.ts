import { DeltaError, isDeltaError } from '../../errors.ts'
import { published, type ShownTable } from '../../manifest/index.ts'
import { shownMetadata } from '../all-told.ts'
import { isSelected } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { instantNow } from '../iso-time.ts'
import { findEntry } from '../journal.ts'
import type { JournalEntry } from '../journal-entry.ts'
import { checkMetadata } from '../metadata/check-metadata.ts'
import { groupBy } from '../metadata/group-by.ts'
import { openMetadata } from '../metadata/metadata.ts'
import { isPublished } from '../metadata/runs.ts'
import { takeBackRuns } from '../metadata/take-back.ts'
import { NO_METADATA } from '../metadata/workflow-metadata.ts'
import { nameRuns } from '../name-runs.ts'
import { isSameRun } from '../run.ts'
import { type EventBatch, forgetEvents, leaveOutErased, loadEvents } from '../waiting-events.ts'
import { settle } from './aftermath.ts'
import { announceChanges, announceFailure, type TakenBackFrom } from './announce.ts'
import { attemptSwap } from './attempts.ts'
import { faultOf } from './fault.ts'
import { type Fence, hasLostLog, metadataEntry } from './fence.ts'
import { type Group, gatherGroup } from './group.ts'
import { findHindrances } from './hindrance.ts'
import { lostRows } from './lost-rows.ts'
import { overtakenTables, overtakenWorkflows, workflowsOf } from './overtaken.ts'
import { type ReadBackFailure, readBack } from './read-back.ts'
import { remakeLatest } from './remake-latest.ts'
import { loadFenceWithoutLeaving, reshow, workflowsComingBack } from './reshow.ts'
import { showEvents } from './show-events.ts'
import { showReady } from './show-ready.ts'
import { type ShownWorkflow, showWorkflow, versionEntry } from './show-workflow.ts'
import { takenBack } from './taken-back.ts'

/** What became of the runs that waited. */
export interface Generation {
  /** That of the share, in which they are shown. */
  readonly generation: number
  /** Runs that this publication showed. */
  readonly published: readonly JournalEntry[]
  /** Runs that were shown already. */
  readonly shown: readonly JournalEntry[]
  readonly leftOut: Group['leftOut']
}

/**
 * Shows every run of the connector that waits, in one generation of its share. Recipients see the share as it was or all
 * of it as it is to be, and nothing that was not read back as they would read it.
 *
 * Safe for any number of publishers at once and for any that die: each begins with what the share shows, writes only the
 * version after the one that it looked at, and ends by a swap that holds only if the share is still the same. Who loses
 * begins again.
 * @param wanted a run that must be among them, unless it is shown already; or one that was taken back, and must be gone.
 * @throws {DeltaError} `conflict` when others were always faster: nothing is lost, and the next publication shows the run.
 */
export function publishWaiting(
  context: ConnectorContext,
  shareName: string,
  wanted?: JournalEntry,
): Promise<Generation> {
  return attemptSwap(context, () => publishOnce(context, shareName, wanted))
}

async function publishOnce(
  context: ConnectorContext,
  shareName: string,
  wanted: JournalEntry | undefined,
): Promise<Generation> {
  const takenBackFrom = wanted?.step === 'retracted' ? [wanted.workflowId] : []
  const fence = await loadFenceWithoutLeaving(context, shareName, takenBackFrom)
  const hasLog = fence.record.config.activityLog !== false
  // Whoever kept them did so by the configuration before.
  if (!hasLog) await forgetEvents(context)
  const events = hasLog ? await leaveOutErased(context, fence.record, await loadEvents(context)) : []
  let group = await gatherGroup(context, fence, wanted)
  for (const [workflowId, error] of await findHindrances(context, fence, byWanted(group.tables, wanted))) {
    group = await leftOut(context, group, { workflowId, error }, wanted)
  }
  const back = await workflowsComingBack(context, fence, workflowsIn(group.tables))
  if (back.length > 0) {
    const fault = await faultOf(reshow(context, shareName))
    if (fault === undefined) {
      return withPublished(runsOf(group.tables, back), await publishOnce(context, shareName, wanted))
    }
    if (wanted !== undefined && back.includes(wanted.workflowId)) throw fault
    // What does not come back is no reason to keep the others back.
    for (const workflowId of back) group = without(group, workflowId, fault.message)
  }
  for (;;) {
    await checkWanted(context, group, wanted)
    const isNothing = group.tables.length === 0 && group.hidden.length === 0 && events.length === 0
    const overtaken = await overtakenIn(context, fence, group, isNothing)
    // Where nobody saw what was taken back: a publication may be about to show it, and is to begin again.
    const touch = wanted?.step === 'retracted'
    const shown =
      isNothing && !touch && !overtaken.isAny
        ? { generation: fence.share.generation }
        : await showGroup(context, fence, group, { events, touch, remade: overtaken.workflows })
    if ('generation' in shown) {
      for (const left of group.leftOut) await tellLeftOut(context, fence, left)
      const { generation } = shown
      const runs = runsOf(group.tables)
      await settle(context, fence, { runs: [...group.shown, ...group.hidden, ...runs], events, generation })
      return { generation, published: runs, shown: group.shown, leftOut: group.leftOut }
    }
    group = await leftOut(context, group, shown, wanted)
  }
}

/** What does not pass is no reason to keep the others back, unless it is what was asked for. */
async function leftOut(
  context: ConnectorContext,
  group: Group,
  { workflowId, error }: ReadBackFailure,
  wanted: JournalEntry | undefined,
): Promise<Group> {
  if (workflowId !== wanted?.workflowId) return without(group, workflowId, error.message)
  await announceFailure(context, { workflowId, reason: error.message })
  throw error
}

/** Where there is not room for all, what was asked for comes first. */
function byWanted(tables: Group['tables'], wanted: JournalEntry | undefined): Group['tables'] {
  const isWanted = ({ workflowId }: Group['tables'][number]): boolean => workflowId === wanted?.workflowId
  return [...tables.filter(isWanted), ...tables.filter((table) => !isWanted(table))]
}

function workflowsIn(tables: Group['tables']): Set<string> {
  return new Set(tables.map(({ workflowId }) => workflowId))
}

/** The runs that wait in tables, of some workflows or of all. */
function runsOf(tables: Group['tables'], workflowIds?: readonly string[]): JournalEntry[] {
  const chosen = tables.filter(({ workflowId }) => workflowIds?.includes(workflowId) !== false)
  return chosen.flatMap(({ runs }) => runs.map(({ entry }) => entry))
}

/** A generation with runs that were published on the way to it: to whoever came after, they are shown. */
function withPublished(runs: readonly JournalEntry[], generation: Generation): Generation {
  return {
    ...generation,
    published: [...runs, ...generation.published],
    shown: generation.shown.filter((entry) => !runs.some((run) => isSameRun(run, entry))),
  }
}

/**
 * What a publication that died or lost left for recipients to see, of the workflows whose runs were looked at; of all where
 * there is nothing else to do.
 */
async function overtakenIn(
  context: ConnectorContext,
  fence: Fence,
  { tables, shown }: Group,
  isNothing: boolean,
): Promise<{ readonly isAny: boolean; readonly workflows: readonly string[] }> {
  if (isNothing) {
    const names = await overtakenTables(context, fence)
    return { isAny: names.length > 0, workflows: await workflowsOf(context, fence, names) }
  }
  const coming = workflowsIn(tables)
  const looked = new Set(shown.map(({ workflowId }) => workflowId).filter((id) => !coming.has(id)))
  const workflows = await overtakenWorkflows(context, fence, looked)
  return { isAny: workflows.length > 0, workflows }
}

/** What a generation is made for besides runs that wait. */
interface Besides {
  readonly events: readonly EventBatch[]
  readonly touch: boolean
  /** Workflows whose latest tables are written anew from what is published. */
  readonly remade: readonly string[]
}

/** Writes all tables of the next generation, reads it as its recipient, and only then lets it be seen. */
async function showGroup(
  context: ConnectorContext,
  fence: Fence,
  { tables, hidden }: Group,
  { events, touch, remade }: Besides,
): Promise<{ readonly generation: number } | ReadBackFailure> {
  const { runtime, plane } = context
  const { share, record } = fence
  const settings = shownMetadata(context, fence)
  const metadata = openMetadata(settings)
  const byWorkflow = groupBy(tables, ({ workflowId }) => workflowId)
  const withdrawn = groupBy(hidden, ({ workflowId }) => workflowId)
  const since = withdrawn.size === 0 ? oldestOf(tables) : undefined
  const known = await metadata.load([...byWorkflow.keys(), ...remade, ...withdrawn.keys()], { since })
  const publishedAt = instantNow(runtime)
  const workflows = new Map<string, ShownWorkflow>()
  for (const workflowId of remade) {
    const show = () => remakeLatest(context, fence, known.get(workflowId) ?? NO_METADATA)
    const shown = await showReady(context, fence, { workflowId, versions: [], show })
    // What cannot be had keeps no other back.
    if (isDeltaError(shown)) context.warn(neverPublished(workflowId, shown))
    else workflows.set(workflowId, shown)
  }
  for (const [workflowId, waiting] of byWorkflow) {
    const before = known.get(workflowId) ?? NO_METADATA
    const versions = waiting.map((table) => versionEntry(table, fence))
    const show = async (): Promise<ShownWorkflow> => {
      const workflow = await showWorkflow(context, fence, waiting, before, publishedAt)
      checkMetadata(workflow.metadata)
      return workflow
    }
    const shown = await showReady(context, fence, { workflowId, versions, show })
    if (isDeltaError(shown)) return { workflowId, error: shown }
    workflows.set(workflowId, shown)
  }
  const next = new Map(Array.from(workflows, ([id, { metadata }]) => [id, metadata]))
  const untold: TakenBackFrom[] = []
  for (const [workflowId, runs] of withdrawn) {
    const before = known.get(workflowId)
    if (before?.workflow === undefined) continue
    const told = new Set(before.runs.filter(isPublished).map(({ RUN_ID }) => RUN_ID))
    const retracted = runs.map(({ runId }) => runId).filter((runId) => told.has(runId))
    next.set(workflowId, takeBackRuns(before, { runIds: retracted }))
    untold.push({ workflowId, retracted })
  }
  const written = await metadata.write(next)
  if (hasLostLog(fence)) context.warn(`somebody took ACTIVITY_LOG out of share ${share.name}: it begins anew, empty`)
  const log = await showEvents(settings, fence, events, publishedAt)
  const shown: ShownTable[] = [
    ...[...workflows.values()].flatMap((workflow) => workflow.tables),
    ...written.map((table) => metadataEntry(fence, table)),
    ...(log === undefined ? [] : [log]),
  ]
  const failure = await readBack(context, record, published(share, { tables: shown }, { runtime }), workflows)
  if (failure !== undefined) return failure
  const { generation } = await plane.publish({ share, tables: shown, touch })
  await announceChanges(context, [...tables, ...untold], { before: known, after: next }, generation)
  return { generation }
}

function neverPublished(workflowId: string, { message }: DeltaError): string {
  return `the latest table of workflow ${workflowId} shows what was never published: ${message}`
}

async function tellLeftOut(
  context: ConnectorContext,
  { record }: Fence,
  left: Group['leftOut'][number],
): Promise<void> {
  const { workflowId, reason, runs } = left
  context.warn(`workflow ${workflowId} waits on: ${reason} (run ${nameRuns(runs)})`)
  if (isSelected(record, workflowId)) await announceFailure(context, left)
}

function without(group: Group, workflowId: string, reason: string): Group {
  const runs = group.tables
    .filter((table) => table.workflowId === workflowId)
    .flatMap((table) => [...table.runs.map(({ entry }) => entry.runId), ...table.retracted])
  const tables = group.tables.filter((table) => table.workflowId !== workflowId)
  return { ...group, tables, leftOut: [...group.leftOut, { workflowId, reason, runs }] }
}

async function checkWanted(
  context: ConnectorContext,
  { tables, shown, leftOut }: Group,
  wanted: JournalEntry | undefined,
): Promise<void> {
  if (wanted === undefined || wanted.step === 'retracted') return
  const { runId, workflowId } = wanted.run
  const isThere =
    shown.some(({ run }) => isSameRun(run, wanted.run)) ||
    tables.some((table) => table.workflowId === workflowId && table.runs.some(({ entry }) => entry.run.runId === runId))
  if (isThere) return
  const entry = await findEntry(context.store, context.id, wanted.run, context)
  if (entry?.step === 'retracted') throw takenBack(entry)
  const left = leftOut.find((each) => each.workflowId === workflowId)
  if (left === undefined) throw lostRows(wanted)
  throw new DeltaError('invalid-argument', `run ${runId} of workflow ${workflowId} cannot be published: ${left.reason}`)
}

/** From when on runs are looked at: all of them where the newest may be gone. */
function oldestOf(tables: Group['tables']): string | undefined {
  if (tables.some(({ isReduced }) => isReduced)) return undefined
  return tables.flatMap(({ runs }) => runs.map(({ entry }) => entry.run.finishedAt)).sort()[0]
}
