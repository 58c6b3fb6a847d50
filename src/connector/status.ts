import { type ErrorProblem, isDeltaError } from '../errors.ts'
import type { RecipientInfo } from '../manifest/index.ts'
import type { DamagedRecord } from '../record/index.ts'
import { daysToEnd } from './access-end.ts'
import { shownMetadata } from './all-told.ts'
import { type ConnectorRecord, hasReached, type Phase } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { begunUpdate } from './drift/unfinished-update.ts'
import { surveyEntries, surveyMarked } from './journal.ts'
import type { JournalEntry, Step } from './journal-entry.ts'
import { type LimitUse, limitUse } from './limits.ts'
import { lookAgain } from './look-again.ts'
import { loadFreshness } from './metadata/freshness.ts'
import { listHeld, listPending } from './pending.ts'
import type { Fence } from './publish/fence.ts'
import { checkSetup, type LoadedConnector, loadConnector, type Setup } from './setup.ts'
import { openShownTables, type ShownAt } from './shown-tables.ts'

/** One table of the share, at the version that recipients see. */
export interface TableStatus {
  readonly name: string
  readonly version: number
  /** Null where the table does not say. */
  readonly rows: number | null
  readonly files: number
  readonly removedFiles: number
  readonly bytes: number
  /** When the newest run finished whose rows it has; null for tables that tell about the others, and where there is none. */
  readonly freshness: string | null
}

/** A run that is on its way, or does not get on. */
export interface RunStatus {
  readonly workflowId: string
  readonly runId: string
  readonly step: Step
  readonly finishedAt: string
  readonly changedAt: string
  /** What the checks said. */
  readonly problems: readonly ErrorProblem[]
}

export interface ConnectorStatus {
  readonly id: string
  readonly phase: Phase
  /** Whether the activation link was handed over; undefined where there is none, for the recipient is known by its metastore. */
  readonly delivery: ConnectorRecord['delivery'] | undefined
  /** Undefined where the share is not there. */
  readonly share: { readonly name: string; readonly generation: number } | undefined
  /** Its token and when that ends, or its metastore; undefined where the recipient is not there. */
  readonly recipient:
    | Pick<RecipientInfo, 'name' | 'status' | 'endsAt' | 'endsSoon' | 'activationExpiresAt' | 'sharingIdentifier'>
    | undefined
  readonly tables: readonly TableStatus[]
  readonly runs: {
    /** Committed, and not shown yet. */
    readonly waiting: readonly RunStatus[]
    /** Held back by the checks. */
    readonly held: readonly RunStatus[]
    /** Whether there are more of either than are listed. */
    readonly isCut: boolean
    /** Of all runs ever delivered, how many are at each step; only where the journal was asked for. */
    readonly journal?: Readonly<Partial<Record<Step, number>>>
  }
  readonly limits: readonly LimitUse[]
  /** What somebody should look at, in words. */
  readonly warnings: readonly string[]
}

export interface StatusOptions {
  /** Also counts the whole journal, one request a run. Default: false. */
  readonly journal?: boolean | undefined
}

/** Runs of a kind that are listed. */
const MAX_RUNS = 100

/**
 * How a connector is. It reads the logs of the tables, the runs' ages and what is marked as waiting or held: no rows, and
 * nothing that grows with all runs ever published but the one column of their ages.
 * @throws {DeltaError} `not-found`.
 */
export async function statusOf(
  context: ConnectorContext,
  { journal = false }: StatusOptions = {},
): Promise<ConnectorStatus> {
  const { store, id } = context
  const [loaded, waiting, held] = await Promise.all([
    lookAgain(
      () => loadConnector(context),
      (connector) => lookAtTables(context, connector),
      ({ shown, unknown }) => unknown.length > 0 || shown.some(({ table }) => table === undefined),
    ),
    loadRuns(context, listPending),
    loadRuns(context, listHeld),
  ])
  const { record, setup, shown, freshness, unknown } = loaded
  const { share, recipient } = setup
  const tables = shown.flatMap((table) => tableStatus(table, freshness))
  const limits = limitUse(tables, record.config.databricks?.tablesPerShare)
  const counted = journal ? await surveyEntries(store, id, undefined, context) : undefined
  return {
    id,
    phase: record.phase,
    delivery: deliveryOf(record),
    share: share && { name: share.name, generation: share.generation },
    recipient: recipient && recipientStatus(recipient),
    tables,
    runs: {
      waiting: waiting.runs.filter(({ step }) => step === 'staged' || step === 'committed'),
      held: held.runs.filter(({ step, problems }) => step === 'held' || (step === 'staging' && problems.length > 0)),
      isCut: waiting.isCut || held.isCut,
      ...(counted && { journal: countSteps(counted) }),
    },
    limits,
    warnings: [
      ...setupWarnings(record, setup, context.runtime.now()),
      ...tableWarnings(shown),
      ...limitWarnings(limits),
      ...new Set([...waiting.warnings, ...held.warnings, ...journalWarnings(counted), ...unknown]),
    ],
  }
}

async function lookAtTables(context: ConnectorContext, { record, ...setup }: LoadedConnector) {
  const fence = setup.share && { share: setup.share, record }
  const shown = fence === undefined ? [] : await openShownTables(context, fence)
  return { record, setup, shown, ...(await freshnessOf(context, fence)) }
}

/** How fresh the tables are, as far as the metadata can be read that tells it. */
async function freshnessOf(
  context: ConnectorContext,
  fence: Fence | undefined,
): Promise<{ readonly freshness: ReadonlyMap<string, string>; readonly unknown: readonly string[] }> {
  if (fence === undefined) return { freshness: new Map(), unknown: [] }
  try {
    return { freshness: await loadFreshness(shownMetadata(context, fence)), unknown: [] }
  } catch (error) {
    if (!isDeltaError(error, 'invalid-data') && !isDeltaError(error, 'not-found')) throw error
    return { freshness: new Map(), unknown: [`how fresh the tables are cannot be told: ${error.message}: reconcile`] }
  }
}

async function loadRuns(
  context: ConnectorContext,
  list: typeof listPending,
): Promise<{ readonly runs: RunStatus[]; readonly isCut: boolean; readonly warnings: readonly string[] }> {
  const { store, id } = context
  const marked = await list(store, id, context)
  const listed = marked.slice(0, MAX_RUNS)
  const { entries, unreadable } = await surveyMarked(store, id, listed, context)
  const warnings = unreadable.map(({ error }) => journalWarning(error.message))
  return { runs: entries.map(runStatus), isCut: marked.length > listed.length, warnings }
}

function runStatus({ workflowId, runId, step, run, changedAt, problems = [] }: JournalEntry): RunStatus {
  return { workflowId, runId, step, finishedAt: run.finishedAt, changedAt, problems }
}

function countSteps(entries: readonly (JournalEntry | DamagedRecord)[]): Partial<Record<Step, number>> {
  const counts: Partial<Record<Step, number>> = {}
  for (const entry of entries) if ('step' in entry) counts[entry.step] = (counts[entry.step] ?? 0) + 1
  return counts
}

function journalWarnings(entries: readonly (JournalEntry | DamagedRecord)[] = []): string[] {
  return entries.flatMap((entry) => ('damaged' in entry ? [journalWarning(entry.damaged)] : []))
}

function journalWarning(found: string): string {
  return `the journal of a run cannot be read: ${found}: reconcile`
}

function recipientStatus({ name, status, endsAt, endsSoon, activationExpiresAt, sharingIdentifier }: RecipientInfo) {
  return {
    name,
    status,
    endsSoon,
    ...(endsAt !== undefined && { endsAt }),
    ...(activationExpiresAt !== undefined && { activationExpiresAt }),
    ...(sharingIdentifier !== undefined && { sharingIdentifier }),
  }
}

function tableStatus({ entry, table }: ShownAt, freshness: ReadonlyMap<string, string>): TableStatus[] {
  if (table === undefined) return []
  const { version, rows, files, removedFiles, bytes } = table.info()
  return [{ name: entry.name, version, rows, files, removedFiles, bytes, freshness: freshness.get(entry.name) ?? null }]
}

function deliveryOf({ config, delivery }: ConnectorRecord): ConnectorStatus['delivery'] {
  return config.recipient.mode === 'token' ? delivery : undefined
}

function setupWarnings(record: ConnectorRecord, setup: Setup, now: number): string[] {
  const { phase } = record
  const { recipient, readers } = setup
  if (phase === 'ended') return []
  const warnings: string[] = []
  if (phase === 'provisioning' || phase === 'provisioned')
    warnings.push('it is not set up to its end: provision it again')
  if (deliveryOf(record) === 'undelivered') warnings.push('its activation link was not handed over: rotate for another')
  // Of one that has another name by now nobody knows its tokens.
  if (recipient?.status === 'expired' && readers.renamed.length === 0)
    warnings.push('neither token nor link of its recipient is good any more: rotate')
  const withinDays = recipient?.endsAt && daysToEnd(recipient.endsAt, now)
  if (recipient && withinDays) {
    const remedy =
      recipient.activationExpiresAt === undefined ? 'rotate' : 'have the link opened that was handed over, or rotate'
    const when = `${recipient.endsAt}, within ${withinDays === 1 ? 'a day' : `${withinDays} days`}`
    warnings.push(`the token of its recipient ends at ${when}: ${remedy}`)
  }
  if (hasReached(record, 'verified-empty')) {
    const wrong = checkSetup(record, setup).filter(({ ok }) => !ok)
    const begun = begunUpdate(record)
    warnings.push(
      ...wrong.map(({ message, remedy }) => `${message}: ${remedy}`),
      ...(begun ? [`${begun}: reconcile`] : []),
    )
  }
  return warnings
}

function tableWarnings(shown: readonly ShownAt[]): string[] {
  return shown.flatMap(({ entry, problem }) => (problem === undefined ? [] : [`table ${entry.name}: ${problem}`]))
}

const WORDS: { readonly [L in LimitUse['limit']]: string } = {
  tables: 'tables in the share',
  files: 'files in table',
  removedFiles: 'removed files in the log of table',
}

function limitWarnings(limits: readonly LimitUse[]): string[] {
  return limits
    .filter(({ isNear }) => isNear)
    .map(({ limit, table, used, allowed }) => {
      const where = table === undefined ? WORDS[limit] : `${WORDS[limit]} ${table}`
      return `${used} ${where}: Databricks allows ${allowed}`
    })
}
