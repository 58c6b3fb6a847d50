import { isDeltaError } from '../../errors.ts'
import { findTable, type ShownTable, type TableEntry } from '../../manifest/index.ts'
import type { Table } from '../../table/index.ts'
import type { ConnectorContext } from '../context.ts'
import { findEntry } from '../journal.ts'
import { type RunRow, rowsOf } from '../metadata/runs.ts'
import { RUN_COMMITTED } from '../promote.ts'
import type { Fence } from '../publish/fence.ts'
import { fromNowOn } from '../publish/from-now-on.ts'
import { parseRunAppId, runAppId } from '../run.ts'
import { type TablePlace, tablePlace } from '../table-place.ts'
import { findTableAt } from '../version-table.ts'
import type { Found } from './drift.ts'

/** A drift that another entry in the share mends, or none. */
export interface EntryDrift extends Omit<Found, 'mend'> {
  readonly show?: ShownTable
}

/** A table of one version of a schema must show the runs of which the metadata tells, and hold nothing that is unknown. */
export async function findVersionDrift(
  context: ConnectorContext,
  fence: Fence,
  name: string,
  told: readonly RunRow[],
): Promise<EntryDrift[]> {
  const { schema } = fence.record
  const place = tablePlace(context, schema, name)
  const entry = findTable(fence.share, { schema, name })
  if (entry === undefined && told.length === 0) return []
  const head = await findTableAt(context, place)
  if (head === undefined) return [lost(name, told)]
  const shown = await openShown(context, place, entry, head)
  const wanted = new Set(told.map((run) => runAppId(context.id, { workflowId: run.WORKFLOW_ID, runId: run.RUN_ID })))
  if (shown !== undefined && sameSet(committedIn(shown), wanted)) {
    return [...checkRows(name, shown, told), ...checkBeyond(name, shown, head)]
  }
  const untold = shown === undefined ? [] : await publishedOf(context, committedIn(shown), wanted)
  if (untold.length > 0) return [forgotten(name, untold)]
  const version = await versionWith(context, place, head, wanted)
  if (version === undefined) return [lost(name, told)]
  const history = fence.record.config.history.versions
  const show = fromNowOn({ schema, name, location: place.location, version, history })
  const { drift, found } = standingOf(entry)
  return [
    {
      drift,
      message: `${name} ${found}; expected version ${version}, which has the ${told.length} runs that are published`,
      blame: 'kadoa',
      remedy: 'reconcile the connector',
      show,
    },
  ]
}

/** A table of which the log, or a journal that it names, is damaged: the others are looked at all the same. */
export async function unlessDamaged<F extends Found | EntryDrift>(
  name: string,
  look: () => Promise<F[]>,
): Promise<(F | Omit<Found, 'mend'>)[]> {
  try {
    return await look()
  } catch (error) {
    if (!isDeltaError(error, 'invalid-data')) throw error
    return [
      {
        drift: 'unreadable-table',
        message: `${name} cannot be looked at: ${error.message}`,
        blame: 'storage',
        remedy: 'restore the object that is damaged from a backup, then reconcile',
      },
    ]
  }
}

/** How a table that should be shown otherwise stands in the share: which drift it is, and what was found. */
export function standingOf(entry: TableEntry | undefined): { readonly drift: string; readonly found: string } {
  return entry === undefined
    ? { drift: 'missing-table', found: 'is not in the share' }
    : { drift: 'pin', found: `is shown from ${entry.location}, version ${entry.version}` }
}

/** The table as the share shows it; undefined where that is not a version of ours which is there. */
export async function openShown(
  context: ConnectorContext,
  place: TablePlace,
  entry: TableEntry | undefined,
  head: Table,
): Promise<Table | undefined> {
  if (entry === undefined || entry.version === 'latest' || !entry.location.endsWith(`/${place.folder}`))
    return undefined
  return entry.version === head.version ? head : openAt(context, place, entry.version)
}

/** Undefined for a version that is not there, or no longer. */
export async function openAt(context: ConnectorContext, place: TablePlace, version: number) {
  try {
    return await findTableAt(context, place, { version })
  } catch (error) {
    if (isDeltaError(error, 'not-found') || isDeltaError(error, 'invalid-argument')) return undefined
    throw error
  }
}

function committedIn(table: Table): Set<string> {
  return new Set([...table.transactions()].filter(([, version]) => version === RUN_COMMITTED).map(([appId]) => appId))
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((each) => b.has(each))
}

/** Runs that recipients see, that were published, and of which the metadata does not tell. */
async function publishedOf(
  context: ConnectorContext,
  found: ReadonlySet<string>,
  wanted: ReadonlySet<string>,
): Promise<string[]> {
  const published: string[] = []
  for (const appId of found) {
    const run = wanted.has(appId) ? undefined : parseRunAppId(context.id, appId)
    const entry = run && (await findEntry(context.store, context.id, run, context))
    if (entry?.step === 'published') published.push(entry.runId)
  }
  return published
}

/** The newest version that has exactly these runs. */
async function versionWith(
  context: ConnectorContext,
  place: TablePlace,
  head: Table,
  wanted: ReadonlySet<string>,
): Promise<number | undefined> {
  for (
    let table: Table | undefined = head;
    table !== undefined;
    table = await openAt(context, place, table.version - 1)
  ) {
    if (sameSet(committedIn(table), wanted)) return table.version
    if (table.version === 0) return undefined
  }
  return undefined
}

function checkRows(name: string, shown: Table, told: readonly RunRow[]): EntryDrift[] {
  const { rows } = shown.info()
  const expected = rowsOf(told)
  if (rows === null || rows === expected) return []
  return [
    {
      drift: 'rows',
      message: `${name} shows ${rows} rows at version ${shown.version}, its runs have ${expected}`,
      blame: 'kadoa',
      remedy: `find out who wrote to it (deltaquill table history ${shown.location}), and restore the version before that: deltaquill table restore ${shown.location} --version N`,
    },
  ]
}

/** Whether what lies beyond the version that is shown was put there by somebody else. */
function checkBeyond(name: string, shown: Table, head: Table): EntryDrift[] {
  const [before, now] = [shown.info().rows, head.info().rows]
  if (before === now || now === null || !sameSet(committedIn(shown), committedIn(head))) return []
  return [
    {
      drift: 'strange-commit',
      message: `${name} has ${now} rows at version ${head.version}, and ${before} at version ${shown.version}, which is shown: somebody else changed it`,
      blame: 'kadoa',
      remedy: `find out who wrote to it, and restore it: deltaquill table restore ${head.location} --version ${shown.version}`,
    },
  ]
}

function lost(name: string, told: readonly RunRow[]): EntryDrift {
  return {
    drift: 'lost-rows',
    message: `${name} has no version with the ${told.length} runs that are published`,
    blame: 'storage',
    remedy:
      'restore the objects of the table from a backup; without one, take the workflow out of the configuration, retract the runs, and select it again',
  }
}

function forgotten(name: string, runs: readonly string[]): EntryDrift {
  return {
    drift: 'metadata',
    message: `${name} shows ${runs.length} published runs of which WORKFLOW_RUNS does not tell: ${runs.slice(0, 5).join(', ')}`,
    blame: 'kadoa',
    remedy: 'take WORKFLOW_RUNS out of the share, then reconcile: it comes back at its newest version that agrees',
  }
}
