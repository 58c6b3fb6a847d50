import { type Blame, DeltaError, isDeltaError } from '../../errors.ts'
import {
  type Finding,
  findTable,
  type Share,
  type ShownTable,
  sameName,
  type TableEntry,
} from '../../manifest/index.ts'
import { type ConnectorRecord, checkPublishes, hasReached, loadConnectorRecord } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { lookAgain } from '../look-again.ts'
import type { WrittenTable } from '../metadata/pinned-table.ts'
import { HOW_TO_GRANT, inspectPlane, sortReaders } from '../setup.ts'
import { METADATA_TABLES, type MetadataTable, parseTableName } from '../table-name.ts'
import { shownPlace, type TablePlace, tablePlace } from '../table-place.ts'

/**
 * What a publication rests on: the share as it was when the publisher began, which must still be so when it ends, and the
 * connector as it was after that.
 */
export interface Fence {
  readonly share: Share
  readonly record: ConnectorRecord
}

/**
 * Reads the share first and the record second: whoever changes what may be shown writes the record and then moves the
 * share, so a record that is too old here is found out when the publication ends.
 * @throws {DeltaError} `permission-denied` when the share is another one, or anybody else than the connector's recipient may
 * read it; `invalid-argument` for a connector that is not set up, or has ended; `invalid-data` for a share that has lost one
 * of its metadata tables: without it nobody knows what is published.
 */
export async function loadFence(context: ConnectorContext, shareName: string): Promise<Fence> {
  // Its first publication may come between the two.
  const { fence, lost } = await lookAgain(
    () => loadGuardedFence(context, shareName),
    async (loaded) => ({ fence: loaded, lost: lostMetadata(loaded) }),
    (found) => found.lost.length > 0,
  )
  if (lost.length === 0) return fence
  const { why, blame } = await whyHidden(context, fence, lost)
  throw new DeltaError(
    'invalid-data',
    `nothing was published: recipients of share ${fence.share.name} do not see ${lost.join(', ')} any more: ${why}`,
    { blame },
  )
}

/**
 * Why recipients do not see tables that were published, by what the plane finds of these or of the share; where that is nothing, they
 * are simply not in it.
 */
export async function whyHidden(
  context: ConnectorContext,
  { record }: Fence,
  lost: readonly string[],
): Promise<{ readonly why: string; readonly blame: Blame }> {
  const explains = (finding: Finding): boolean =>
    (!finding.ok && finding.check === 'share') || lost.some((name) => hidesTable(finding, record, name))
  const [first, ...more] = (await inspectPlane(context, record)).filter(explains)
  if (first === undefined) return { why: 'somebody took them out of it; reconcile the connector', blame: 'kadoa' }
  const { message, remedy, blame } = first
  const others = more.length === 0 ? '' : `; verify the connector for ${more.length} more findings`
  return { why: `${message}; ${remedy}${others}`, blame }
}

/** Findings of a plane by which recipients do not see what was published. */
const HIDING: ReadonlySet<string> = new Set(['share-owner', 'hidden-object', 'dropped-table', 'unpublished'])

/** Whether a finding of the plane says why recipients do not see tables that were published. */
export function hidesTables({ ok, check }: Finding): boolean {
  return !ok && HIDING.has(check)
}

/** As {@link hidesTables}, of one table. */
export function hidesTable(finding: Finding, { schema }: ConnectorRecord, name: string): boolean {
  const { table } = finding
  const isAbout = table === undefined || (sameName(table.schema, schema) && sameName(table.name, name))
  return hidesTables(finding) && isAbout
}

/** As {@link loadFence}, of a share that may have lost its metadata tables: to put them back. */
export async function loadGuardedFence(context: ConnectorContext, shareName: string): Promise<Fence> {
  const { store, id } = context
  const [share, readers] = await loadShareAndReaders(context, shareName)
  const record = await loadConnectorRecord(store, id, context)
  checkPublishes(record)
  if (share.id !== record.share.id) {
    throw denied(
      `share ${share.name} was dropped and created anew, by somebody else than connector ${id}; provision again`,
    )
  }
  const { isGranted, strangers, renamed } = await sortReaders(context, record, readers)
  const [stranger] = strangers
  const [ours] = renamed
  if (stranger !== undefined) {
    throw denied(
      `share ${share.name} is granted to ${stranger} too, expected ${record.recipient} alone; take that grant back`,
    )
  }
  if (ours !== undefined) throw denied(`${ours.message}; ${ours.remedy}`)
  if (!isGranted) {
    throw denied(`share ${share.name} is not granted to its recipient ${record.recipient}; ${HOW_TO_GRANT}`)
  }
  return { share, record }
}

/** A share that is not there went with its connector, if that has ended since its record was read. */
async function loadShareAndReaders(context: ConnectorContext, shareName: string) {
  const { plane, store, id } = context
  try {
    return await Promise.all([plane.loadShare(shareName), plane.recipientsOf(shareName)])
  } catch (error) {
    if (isDeltaError(error, 'not-found')) checkPublishes(await loadConnectorRecord(store, id, context))
    throw error
  }
}

/** The metadata tables that a share has lost: its first generation has them all, so none is without them but an empty one. */
export function lostMetadata({ share, record }: Fence): MetadataTable[] {
  const { schema } = record
  const isEmpty = !share.tables.some((table) => table.schema === schema && parseTableName(table.name) !== undefined)
  if (isEmpty && !hasReached(record, 'first-delivery-verified')) return []
  return METADATA_TABLES.filter((name) => name !== 'ACTIVITY_LOG' && findTable(share, { schema, name }) === undefined)
}

/** Whether the configuration has an activity log, and a share that shows all else shows none. */
export function hasLostLog({ share, record: { schema, config } }: Fence): boolean {
  const isThere = (name: MetadataTable): boolean => findTable(share, { schema, name }) !== undefined
  return config.activityLog !== false && isThere('WORKFLOWS') && !isThere('ACTIVITY_LOG')
}

/** The metadata tables that the share is to show and does not, as before its first publication. */
export function metadataToShow({ share, record: { schema, config } }: Fence): MetadataTable[] {
  const names = METADATA_TABLES.filter((name) => name !== 'ACTIVITY_LOG' || config.activityLog !== false)
  return names.filter((name) => findTable(share, { schema, name }) === undefined)
}

/** The entries of all latest tables in the share. */
export function latestTables({ share, record }: Fence): TableEntry[] {
  return share.tables.filter(({ schema, name }) => schema === record.schema && parseTableName(name)?.kind === 'latest')
}

function denied(found: string): DeltaError {
  return new DeltaError('permission-denied', `nothing was published: ${found}`, { blame: 'kadoa' })
}

/** A table of the connector, where the share shows it, and the version that it shows. */
export interface PinnedPlace extends TablePlace {
  /** In the share. */
  readonly name: string
  /** Undefined while it is not shared. */
  readonly pin: number | undefined
}

/** @throws {DeltaError} `invalid-data` for an entry that somebody else made. */
export function pinnedPlace(context: ConnectorContext, { share, record }: Fence, name: string): PinnedPlace {
  const { schema } = record
  const entry = findTable(share, { schema, name })
  if (entry === undefined) return { ...tablePlace(context, schema, name), name, pin: undefined }
  const place = shownPlace(context, { schema, name, location: entry.location })
  if (place === undefined || entry.version === 'latest') {
    const { location } = tablePlace(context, schema, name)
    throw new DeltaError(
      'invalid-data',
      `share ${share.name} shows ${schema}.${name} at ${entry.location}, version ${entry.version}; expected a version of ${location}: take the table out of the share`,
    )
  }
  return { ...place, name, pin: entry.version }
}

/** A metadata table as the share is to show it: at the version that was written, and no older one. */
export function metadataEntry({ record }: Fence, { name, location, version }: WrittenTable): ShownTable {
  return { schema: record.schema, name, location, version, history: false }
}
