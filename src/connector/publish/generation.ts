import { DeltaError, isDeltaError } from '../../errors.ts'
import { published, type ShownTable } from '../../manifest/index.ts'
import type { ConnectorContext } from '../context.ts'
import { instantOf } from '../iso-time.ts'
import type { JournalEntry } from '../journal-entry.ts'
import { withLease } from '../lease.ts'
import { groupBy } from '../metadata/group-by.ts'
import { openMetadata } from '../metadata/metadata.ts'
import { NO_METADATA } from '../metadata/workflow-metadata.ts'
import { type EventBatch, loadEvents } from '../waiting-events.ts'
import { settle } from './aftermath.ts'
import { type Fence, loadFence, pinnedPlace } from './fence.ts'
import { type Group, gatherGroup } from './group.ts'
import { type ReadBackFailure, readBack } from './read-back.ts'
import { showEvents } from './show-events.ts'
import { type ShownWorkflow, showWorkflow } from './show-workflow.ts'

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

/** How often a publication begins again because somebody else changed what it rested on. */
const MAX_ATTEMPTS = 12
const MAX_PAUSE = 2_000

/**
 * Shows every run of the connector that waits, in one generation of its share. Recipients see the share as it was or all
 * of it as it is to be, and nothing that was not read back as they would read it.
 *
 * Safe for any number of publishers at once and for any that die: each begins with what the share shows, writes only the
 * version after the one that it looked at, and ends by a swap that holds only if the share is still the same. Who loses
 * begins again.
 * @param wanted a run that must be among them, unless it is shown already.
 * @throws {DeltaError} `conflict` when others were always faster: nothing is lost, and the next publication shows the run.
 */
export async function publishWaiting(
  context: ConnectorContext,
  shareName: string,
  wanted?: JournalEntry,
): Promise<Generation> {
  const { store, id, runtime, leaseTtl, signal } = context
  for (let attempt = 1; ; attempt++) {
    try {
      return await withLease(store, id, { runtime, leaseTtl, signal }, () => publishOnce(context, shareName, wanted))
    } catch (error) {
      // Whatever became of a commit or a swap, the share says it.
      const isLost = isDeltaError(error, 'conflict') || isDeltaError(error, 'commit-unknown')
      if (!isLost || attempt === MAX_ATTEMPTS) throw error
      await runtime.sleep(runtime.random() * Math.min(MAX_PAUSE, 50 * 2 ** attempt), signal)
    }
  }
}

async function publishOnce(
  context: ConnectorContext,
  shareName: string,
  wanted: JournalEntry | undefined,
): Promise<Generation> {
  const fence = await loadFence(context, shareName)
  const events = fence.record.config.activityLog === false ? [] : await loadEvents(context)
  let group = await gatherGroup(context, fence, wanted)
  for (;;) {
    checkWanted(group, wanted)
    const isNothing = group.tables.length === 0 && events.length === 0
    const shown = isNothing ? { generation: fence.share.generation } : await showGroup(context, fence, group, events)
    if ('generation' in shown) {
      for (const { workflowId, reason } of group.leftOut) context.warn(`workflow ${workflowId} waits on: ${reason}`)
      const { generation } = shown
      const runs = group.tables.flatMap(({ runs }) => runs.map(({ entry }) => entry))
      await settle(context, fence, { runs: [...group.shown, ...runs], events, generation })
      return { generation, published: runs, shown: group.shown, leftOut: group.leftOut }
    }
    // What does not pass is no reason to keep the others back, unless it is what was asked for.
    if (shown.workflowId === wanted?.workflowId) throw shown.error
    group = without(group, shown.workflowId, shown.error.message)
  }
}

/** Writes all tables of the next generation, reads it as its recipient, and only then lets it be seen. */
async function showGroup(
  context: ConnectorContext,
  fence: Fence,
  { tables }: Group,
  events: readonly EventBatch[],
): Promise<{ readonly generation: number } | ReadBackFailure> {
  const { runtime, signal, plane, warn } = context
  const { share, record } = fence
  const settings = { place: (name: string) => pinnedPlace(context, fence, name), runtime, warn, signal }
  const metadata = openMetadata(settings)
  const byWorkflow = groupBy(tables, ({ workflowId }) => workflowId)
  const known = await metadata.load(byWorkflow.keys(), { since: oldestOf(tables) })
  const publishedAt = instantOf(new Date(runtime.now())) ?? ''
  const workflows = new Map<string, ShownWorkflow>()
  for (const [workflowId, waiting] of byWorkflow) {
    const before = known.get(workflowId) ?? NO_METADATA
    workflows.set(workflowId, await showWorkflow(context, fence, waiting, before, publishedAt))
  }
  const written = await metadata.write(new Map(Array.from(workflows, ([id, { metadata }]) => [id, metadata])))
  const log = await showEvents(settings, fence, events, publishedAt)
  const shown: ShownTable[] = [
    ...[...workflows.values()].flatMap((workflow) => workflow.tables),
    ...written.map(({ name, location, version }) => {
      return { schema: record.schema, name, location, version, history: false }
    }),
    ...(log === undefined ? [] : [log]),
  ]
  const failure = await readBack(context, record, published(share, { tables: shown }, { runtime }), workflows)
  return failure ?? plane.publish({ share, tables: shown })
}

function without(group: Group, workflowId: string, reason: string): Group {
  const tables = group.tables.filter((table) => table.workflowId !== workflowId)
  return { ...group, tables, leftOut: [...group.leftOut, { workflowId, reason }] }
}

function checkWanted({ tables, shown, leftOut }: Group, wanted: JournalEntry | undefined): void {
  if (wanted === undefined) return
  const { runId, workflowId } = wanted.run
  const isThere =
    shown.some(({ run }) => run.runId === runId && run.workflowId === workflowId) ||
    tables.some((table) => table.workflowId === workflowId && table.runs.some(({ entry }) => entry.run.runId === runId))
  if (isThere) return
  const reason = leftOut.find((each) => each.workflowId === workflowId)?.reason ?? 'its rows are not in its table'
  throw new DeltaError('invalid-argument', `run ${runId} of workflow ${workflowId} cannot be published: ${reason}`)
}

/** From when on runs are looked at: all of them where the newest may be gone. */
function oldestOf(tables: Group['tables']): string | undefined {
  if (tables.some(({ retracted }) => retracted.length > 0)) return undefined
  return tables.flatMap(({ runs }) => runs.map(({ entry }) => entry.run.finishedAt)).sort()[0]
}
