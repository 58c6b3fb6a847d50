import { DeltaError } from '../../errors.ts'
import { published, type ShownTable } from '../../manifest/index.ts'
import type { Row } from '../../schema/index.ts'
import { factsOf, faultsOfFields, faultsOfRuns, faultsOfVersions, faultsOfWorkflows } from '../agreement.ts'
import { shownMetadata } from '../all-told.ts'
import type { ConnectorContext } from '../context.ts'
import { PinnedTable } from '../metadata/pinned-table.ts'
import { WORKFLOW_RUNS } from '../metadata/runs.ts'
import { WORKFLOW_SCHEMA_FIELDS } from '../metadata/schema-fields.ts'
import { WORKFLOW_SCHEMA_VERSIONS } from '../metadata/schema-versions.ts'
import type { TableKind } from '../metadata/table.ts'
import { WORKFLOWS } from '../metadata/workflows.ts'
import { attemptSwap } from '../publish/attempts.ts'
import { type Fence, loadGuardedFence, lostMetadata } from '../publish/fence.ts'
import { openAsRecipient } from '../read-back.ts'
import { openShownTables } from '../shown-tables.ts'
import { tablePlace } from '../table-place.ts'
import { findTableAt } from '../version-table.ts'
import type { Found } from './drift.ts'
import { openAt } from './version-drift.ts'

/** Metadata tables that somebody took out of the share: nothing is published until they are shown again as they were. */
export function findLostMetadata(context: ConnectorContext, fence: Fence): Found[] {
  const lost = lostMetadata(fence)
  if (lost.length === 0) return []
  const { name } = fence.share
  return [
    {
      drift: 'lost-metadata',
      message: `share ${name} does not show ${lost.join(', ')} any more`,
      blame: 'kadoa',
      remedy: 'reconcile the connector',
      mend: () => attemptSwap(context, () => putBack(context, name)),
    },
  ]
}

/** A version of a metadata table, and its rows. */
interface Told<R> {
  readonly rows: readonly R[]
  /** What the share is to show where it shows nothing. */
  readonly show?: ShownTable
}

/**
 * Each at its newest version that agrees with what the share does show: newer ones were left by publications that died, and
 * tell of runs that nobody sees.
 */
async function putBack(context: ConnectorContext, shareName: string): Promise<void> {
  const fence = await loadGuardedFence(context, shareName)
  const facts = factsOf(context.id, await openShownTables(context, fence))
  // Each is judged by those before it.
  const runs = await tellingOf(context, fence, WORKFLOW_RUNS, (rows) => faultsOfRuns(rows, facts))
  const workflows = await tellingOf(context, fence, WORKFLOWS, (rows) => faultsOfWorkflows(rows, runs.rows, facts))
  const versions = await tellingOf(context, fence, WORKFLOW_SCHEMA_VERSIONS, (rows) =>
    faultsOfVersions(rows, runs.rows, facts),
  )
  const fields = await tellingOf(context, fence, WORKFLOW_SCHEMA_FIELDS, (rows) => faultsOfFields(rows, versions.rows))
  const lost = [runs, workflows, versions, fields].filter(({ show }) => show !== undefined)
  const tables = lost.flatMap(({ show }) => show ?? [])
  if (tables.length === 0) return
  await readAsRecipient(context, fence, tables, lost)
  await context.plane.publish({ share: fence.share, tables })
}

/** What the share tells by a table, or would by the newest of its versions without fault. */
async function tellingOf<R extends Row>(
  context: ConnectorContext,
  fence: Fence,
  kind: TableKind<R>,
  faultsOf: (rows: readonly R[]) => readonly string[],
): Promise<Told<R>> {
  const { schema } = fence.record
  const { name } = kind
  const place = tablePlace(context, schema, name)
  if (!lostMetadata(fence).includes(name)) {
    return { rows: await new PinnedTable(kind, shownMetadata(context, fence)).rows() }
  }
  let table = await findTableAt(context, place)
  while (table !== undefined) {
    const rows: R[] = []
    for await (const row of table.read({ signal: context.signal })) rows.push(kind.parse(row))
    const { location } = place
    const { version } = table
    if (faultsOf(rows).length === 0) return { rows, show: { schema, name, location, version, history: false } }
    table = version === 0 ? undefined : await openAt(context, place, version - 1)
  }
  throw new DeltaError(
    'invalid-data',
    `no version of ${name} at ${place.location} agrees with what share ${fence.share.name} shows: restore the objects of the table, or show all metadata tables again as they were`,
    { blame: 'storage' },
  )
}

/** @throws {DeltaError} `invalid-data` when a recipient would not find the rows. */
async function readAsRecipient(
  context: ConnectorContext,
  { share, record }: Fence,
  tables: readonly ShownTable[],
  lost: readonly Told<unknown>[],
): Promise<void> {
  if (!context.plane.promises.readBack) return
  const recipient = await openAsRecipient(context, published(share, { tables }, context), record.schema)
  for (const { show, rows } of lost) {
    if (show === undefined) continue
    let count = 0
    for await (const { length } of recipient.table(show.name).readColumns({ signal: context.signal })) count += length
    if (count === rows.length) continue
    throw new DeltaError(
      'invalid-data',
      `${show.name} would show ${count} rows at version ${show.version}, expected ${rows.length}; it was not put back`,
      { blame: 'storage' },
    )
  }
}
