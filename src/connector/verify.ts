import type { SharedTable } from '../client/index.ts'
import { isDeltaError } from '../errors.ts'
import { type Finding, failed, passed, type Share } from '../manifest/index.ts'
import { factsOf, faultsOf } from './agreement.ts'
import { type AllTold, loadAllTold } from './all-told.ts'
import { type ConnectorRecord, hasReached, isSelected } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import type { Drift } from './drift/drift.ts'
import { findStrange } from './drift/entries.ts'
import { findUnfinishedUpdate } from './drift/unfinished-update.ts'
import { emit } from './emit.ts'
import { type LineageNames, lineageNames } from './lineage.ts'
import { lookAgain } from './look-again.ts'
import { groupBy } from './metadata/group-by.ts'
import { isPublished, type RunRow, rowsOf } from './metadata/runs.ts'
import { type Fence, hidesTable, hidesTables, lostMetadata } from './publish/fence.ts'
import { checkRowsShown, openAsRecipient, type Recipient } from './read-back.ts'
import { countRuns } from './run-rows.ts'
import { inspectSetup, type LoadedConnector, loadConnector } from './setup.ts'
import { openShownTables, type ShownAt } from './shown-tables.ts'
import { formatLatestTable } from './table-name.ts'

/** What the share tells of its other tables. */
interface Told extends AllTold {
  /** Runs whose rows are to be found, by the tables that have them. */
  readonly published: ReadonlyMap<string, readonly RunRow[]>
}

/**
 * Checks everything that a connector promises its recipient, as it is now: share, grant and terms; what the plane needs to
 * do its work; that each table can be read
 * at the version that is shown; that the tables are those which the metadata tells of; and, where the plane can be read as the
 * recipient, every row of them. It changes nothing.
 * @throws {DeltaError} `not-found` for a connector that is not there, `unavailable` when the storage is not. What does not
 * pass is a finding.
 */
export async function verifyConnector(context: ConnectorContext): Promise<Finding[]> {
  const findings = await lookAgain(
    () => loadConnector(context),
    (loaded) => verifyLoaded(context, loaded),
    (found) => found.some(({ ok }) => !ok),
  )
  const reason = findings.flatMap(({ ok, message }) => (ok ? [] : [message])).join('; ')
  if (reason !== '') await emit(context, 'connector_verification_failed', { workflowId: null, reason }, [reason])
  return findings
}

async function verifyLoaded(context: ConnectorContext, { record, ...setup }: LoadedConnector): Promise<Finding[]> {
  const findings = [...checkBegun(record), ...(await inspectSetup(context, record, setup))]
  const { share } = setup
  if (share?.id !== record.share.id) return findings
  return [...findings, ...(await verifyTables(context, record, share, findings))]
}

/** Nothing is published yet by one that died while it was provisioned, however well all is that it made. */
function checkBegun(record: ConnectorRecord): Finding[] {
  if (hasReached(record, 'verified-empty')) return []
  return [failed('provisioning', `connector ${record.id} is not set up to its end`, 'provision it again, to go on')]
}

/** @param told what is found of share and plane: by which tables are hidden they are not told of once more. */
async function verifyTables(
  context: ConnectorContext,
  record: ConnectorRecord,
  share: Share,
  told: readonly Finding[],
): Promise<Finding[]> {
  const hiding = told.filter(hidesTables)
  const isHidden = (name: string): boolean => hiding.some((finding) => hidesTable(finding, record, name))
  const shown = await openShownTables(context, { share, record })
  const lostTables = lostMetadata({ share, record })
  const lost = lostTables
    .filter((name) => !isHidden(name))
    .map((name) => failed('metadata', `share ${share.name} does not show ${name} any more`, 'reconcile the connector'))
  const unfinished = await findUnfinishedUpdate(context, { share, record })
  const drifts = [...unfinished, ...findStrange({ share, record })].map(failedBy)
  const findings = [...shown.map(checkPin), ...lost, ...drifts]
  // What the tables tell of each other is judged where recipients see them all.
  if (shown.length === 0 || lostTables.length > 0 || hiding.length > 0) return findings
  if (findings.some(({ ok }) => !ok)) return findings
  return attempted('metadata', async () => {
    const metadata = await loadTold(context, { share, record })
    const agreement = [
      ...checkNamed(record, shown, metadata),
      ...checkCounts(shown, metadata),
      ...checkAgreement(faultsOf(metadata, factsOf(context.id, shown))),
    ]
    return [...findings, ...agreement, ...(await readAll(context, record, share, shown, metadata))]
  })
}

function failedBy({ drift, message, remedy, blame }: Omit<Drift, 'mended'>): Finding {
  return failed(drift, message, remedy, blame)
}

function checkPin({ entry, table, problem }: ShownAt): Finding {
  const check = 'pin'
  if (table !== undefined) return passed(check, `table ${entry.name} can be opened at version ${entry.version}`)
  return failed(
    check,
    `table ${entry.name} cannot be opened at version ${entry.version}: ${problem ?? 'it is gone'}`,
    'restore the objects of the table, or reconcile the connector',
    'storage',
  )
}

async function loadTold(context: ConnectorContext, fence: Fence): Promise<Told> {
  const told = await loadAllTold(context, fence)
  return { ...told, published: groupBy(told.runs.filter(isPublished), ({ TABLE_NAME }) => TABLE_NAME) }
}

/** Each table of a workflow is one that the metadata tells of, and the other way round. */
function checkNamed(record: ConnectorRecord, shown: readonly ShownAt[], { workflows, published }: Told): Finding[] {
  const selected = workflows.filter((row) => isSelected(record, row.WORKFLOW_ID) && row.LATEST_TABLE !== null)
  const ids = new Set(selected.map(({ WORKFLOW_ID }) => WORKFLOW_ID))
  const versions = [...published].flatMap(([name, [run]]) =>
    run !== undefined && ids.has(run.WORKFLOW_ID) ? [name] : [],
  )
  const expected = new Set([...versions, ...selected.map(({ WORKFLOW_ID }) => formatLatestTable(WORKFLOW_ID))])
  const found = shown.flatMap(({ entry, name }) =>
    name?.kind === 'version' || name?.kind === 'latest' ? [entry.name] : [],
  )
  const missing = [...expected].filter((name) => !found.includes(name))
  // A table whose runs were all taken back stays, empty.
  const tables = new Map(shown.map(({ entry, table }) => [entry.name, table]))
  const strange = found.filter((name) => !expected.has(name) && tables.get(name)?.info().rows !== 0)
  if (missing.length + strange.length === 0) {
    return [passed('tables', `the metadata tells of the ${found.length} tables of workflows, and of no other`)]
  }
  const remedy = 'reconcile the connector'
  return [
    ...missing.map((name) => failed('tables', `the metadata tells of ${name}, which is not shared`, remedy)),
    ...strange.map((name) => failed('tables', `${name} is shared, and the metadata tells of no run in it`, remedy)),
  ]
}

function checkCounts(shown: readonly ShownAt[], { published }: Told): Finding[] {
  return shown.flatMap(({ entry, name, table }) => {
    const rows = table?.info().rows ?? null
    if (name?.kind !== 'version' || rows === null) return []
    const told = rowsOf(published.get(entry.name) ?? [])
    if (rows === told) return [passed('rows', `${entry.name} has the ${rows} rows that its runs have`)]
    return [failed('rows', `${entry.name} has ${rows} rows, its runs have ${told}`, 'reconcile the connector')]
  })
}

/** The metadata tables agree with each other, and with the runs that the tables hold. */
function checkAgreement(faults: readonly string[]): Finding[] {
  if (faults.length === 0) return [passed('metadata', 'the metadata tables agree with each other and with the others')]
  return faults.map((fault) => failed('metadata', fault, 'reconcile the connector'))
}

async function readAll(
  context: ConnectorContext,
  record: ConnectorRecord,
  share: Share,
  shown: readonly ShownAt[],
  told: Told,
): Promise<Finding[]> {
  if (!context.plane.promises.readBack) return []
  const recipient = await openAsRecipient(context, share, record.schema)
  const findings: Finding[] = []
  for (const table of shown) {
    findings.push(...(await attempted('recipient', () => readTable(context, record, recipient, table, told))))
  }
  return findings
}

async function readTable(
  { signal }: ConnectorContext,
  { config }: ConnectorRecord,
  recipient: Recipient,
  { entry, name, table }: ShownAt,
  { workflows, published }: Told,
): Promise<Finding[]> {
  const shared = recipient.table(entry.name)
  const lineage = lineageNames(config)
  if (name?.kind === 'version') {
    // Not how they are numbered, for some may have been erased.
    const counts = await countRuns(shared, lineage, signal)
    for (const { RUN_ID: runId, ROW_COUNT: rows } of published.get(entry.name) ?? []) {
      const found = counts.get(runId) ?? 0
      if (found === rows) continue
      const message = `a recipient finds ${found} rows of run ${runId} in ${entry.name}, expected ${rows}`
      return [failed('recipient', message, RESTORE, 'storage')]
    }
  } else if (name?.kind === 'latest') {
    const row = workflows.find(({ WORKFLOW_ID }) => formatLatestTable(WORKFLOW_ID) === entry.name)
    await checkRowsShown(shared, row?.LATEST_ROW_COUNT ?? 0, { lineage, signal })
    const others =
      config.latestMode === 'latest_run' ? await otherRuns(shared, lineage, row?.LATEST_RUN_ID, signal) : []
    if (others.length > 0) {
      const message = `a recipient finds rows of ${others.slice(0, 5).join(', ')} in ${entry.name}, expected ${row?.LATEST_RUN_ID} alone`
      return [failed('recipient', message, 'update the connector with its configuration, or publish another run')]
    }
  } else {
    let count = 0
    for await (const { length } of shared.readColumns({ signal })) count += length
    const expected = table?.info().rows ?? count
    if (count !== expected) {
      return [
        failed(
          'recipient',
          `a recipient finds ${count} rows in ${entry.name}, expected ${expected}`,
          RESTORE,
          'storage',
        ),
      ]
    }
  }
  return [passed('recipient', `a recipient reads ${entry.name} as it is`)]
}

async function otherRuns(
  table: SharedTable,
  lineage: LineageNames,
  runId: string | null | undefined,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  return [...(await countRuns(table, lineage, signal)).keys()].filter((each) => each !== runId)
}

const RESTORE = 'restore the objects of the table, or reconcile the connector'

/** Findings, or the one that they cannot be had. */
async function attempted(check: string, find: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await find()
  } catch (error) {
    if (!isDeltaError(error) || error.code === 'aborted' || error.code === 'unavailable') throw error
    return [failed(check, error.message, RESTORE, error.details.blame ?? 'storage')]
  }
}
