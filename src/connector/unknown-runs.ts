import type { Table } from '../table/index.ts'
import type { ConnectorContext } from './context.ts'
import { findEntry } from './journal.ts'
import { RUN_COMMITTED } from './promote.ts'
import { parseRunAppId } from './run.ts'
import { runKey } from './run-key.ts'

interface Beyond {
  /** The table of a version as it stands. */
  readonly head: Table
  /** As the share shows it; undefined while it does not. */
  readonly shown: Table | undefined
  /** Runs that are not asked for, by their names in keys: their journals cannot be read. */
  readonly unreadable?: ReadonlySet<string>
}

/**
 * The runs whose rows are in a table beyond what the share shows, and of which no journal knows enough to show them: their
 * workflow waits until they are delivered again.
 */
export async function unknownRuns(
  context: ConnectorContext,
  { head, shown, unreadable = new Set() }: Beyond,
): Promise<string[]> {
  const { store, id } = context
  const unknown: string[] = []
  for (const [appId, state] of head.transactions()) {
    const run = parseRunAppId(id, appId)
    if (run === undefined || state !== RUN_COMMITTED || shown?.transactions().get(appId) === state) continue
    if (unreadable.has(runKey(run.runId))) continue
    const entry = await findEntry(store, id, run, context)
    // What is to be done about those, their journal tells.
    if (entry?.part !== undefined || entry?.step === 'published' || entry?.step === 'retracted') continue
    unknown.push(run.runId)
  }
  return unknown
}
