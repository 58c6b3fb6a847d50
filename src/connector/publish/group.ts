import { messageOf } from '../../errors.ts'
import { isSelected } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import type { JournalEntry } from '../journal-entry.ts'
import { groupBy } from '../metadata/group-by.ts'
import { formatVersionTable } from '../table-name.ts'
import { takeBackRows } from '../take-back-rows.ts'
import { isFault } from './fault.ts'
import { type Fence, pinnedPlace } from './fence.ts'
import { loadWaiting } from './waiting-entries.ts'
import { isTakenBack, type Look, lookAtTable, type WaitingTable } from './waiting-table.ts'

interface LeftOut {
  readonly workflowId: string
  readonly reason: string
  readonly runs: readonly string[]
}

/** All that waits to be published at one moment. */
export interface Group {
  readonly tables: readonly WaitingTable[]
  /**
   * Runs that still count as waiting and need nothing more: they are shown already, and whoever published them did not come
   * to say so; or they were taken back.
   */
  readonly shown: readonly JournalEntry[]
  /** Runs that were taken back, of workflows that are not shared: the metadata is not to tell of them as published either. */
  readonly hidden: readonly JournalEntry[]
  /** Workflows that wait on, each with the reason, and their runs as far as they are known. */
  readonly leftOut: readonly LeftOut[]
}

/**
 * Gathers every run of the connector that waits, whoever committed it: nobody shows the rows of a run without what the
 * metadata tables say of it, and nobody waits for a process that died. The tables themselves tell which runs they hold
 * beyond what the share shows; a workflow about which that cannot be found out is left out, but for that of the run wanted.
 * @throws {DeltaError} `invalid-data` when the wanted run's workflow is such a one.
 */
export async function gatherGroup(
  context: ConnectorContext,
  fence: Fence,
  wanted: JournalEntry | undefined,
): Promise<Group> {
  const { entries, unreadable } = await loadWaiting(context, wanted)
  const byWorkflow = groupBy(entries, ({ run }) => run.workflowId)
  const tables: WaitingTable[] = []
  const shown: JournalEntry[] = []
  const hidden: JournalEntry[] = []
  const leftOut: LeftOut[] = []
  for (const workflowId of new Set([...byWorkflow.keys(), ...unreadable.map((each) => each.workflowId)])) {
    const ofWorkflow = byWorkflow.get(workflowId) ?? []
    const lost = unreadable.filter((each) => each.workflowId === workflowId)
    const idsOf = (runs: readonly JournalEntry[]) => [...runs.map(({ runId }) => runId), ...lost.map(({ run }) => run)]
    try {
      if (!isSelected(fence.record, workflowId)) {
        const takenBack = ofWorkflow.filter((entry) => isTakenBack(entry) && !isShown(context, fence, entry))
        for (const entry of takenBack) await takeBackRows(context, fence, entry)
        hidden.push(...takenBack)
        const runs = idsOf(ofWorkflow.filter((entry) => !takenBack.includes(entry)))
        if (runs.length > 0) leftOut.push({ workflowId, reason: 'it is not selected', runs })
        continue
      }
      for (const { error } of lost) throw error
      const looks = await Promise.all(
        [...groupBy(ofWorkflow, ({ schemaVersion }) => schemaVersion)].map(
          ([schemaVersion, ofVersion]): Look | Promise<Look> =>
            schemaVersion === undefined
              ? { shown: ofVersion.filter(isTakenBack) }
              : lookAtTable(context, fence, { workflowId, schemaVersion }, ofVersion),
        ),
      )
      for (const look of looks) {
        shown.push(...look.shown)
        if (look.waiting !== undefined) tables.push(look.waiting)
      }
    } catch (error) {
      if (workflowId === wanted?.run.workflowId || !isFault(error)) throw error
      leftOut.push({ workflowId, reason: messageOf(error), runs: idsOf(ofWorkflow) })
    }
  }
  return { tables, shown, hidden, leftOut }
}

/**
 * The tables of versions of a workflow that left the share and comes back, with all that they hold, and the runs that wait
 * for that.
 */
export async function gatherWithdrawn(
  context: ConnectorContext,
  fence: Fence,
  { workflowId, schemaVersions }: { readonly workflowId: string; readonly schemaVersions: readonly number[] },
): Promise<{ readonly tables: readonly WaitingTable[]; readonly shown: readonly JournalEntry[] }> {
  const waiting = await loadWaiting(context, undefined)
  for (const { error } of waiting.unreadable.filter((each) => each.workflowId === workflowId)) throw error
  const entries = waiting.entries.filter(({ run }) => run.workflowId === workflowId)
  const looks = await Promise.all(
    schemaVersions.map((schemaVersion) => {
      const ofVersion = entries.filter((entry) => entry.schemaVersion === schemaVersion)
      return lookAtTable(context, fence, { workflowId, schemaVersion }, ofVersion, true)
    }),
  )
  return {
    tables: looks.flatMap(({ waiting }) => (waiting === undefined ? [] : [waiting])),
    shown: looks.flatMap(({ shown }) => shown),
  }
}

/** Whether recipients still see the run's table. */
function isShown(context: ConnectorContext, fence: Fence, { workflowId, schemaVersion }: JournalEntry): boolean {
  if (schemaVersion === undefined) return false
  return pinnedPlace(context, fence, formatVersionTable(workflowId, schemaVersion)).pin !== undefined
}
