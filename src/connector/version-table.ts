import { DeltaError, isDeltaError } from '../errors.ts'
import { createTable, openTable, type Table } from '../table/index.ts'
import type { ColumnLayout } from './column-layout.ts'
import type { ConnectorContext } from './context.ts'
import { formatVersionTable } from './table-name.ts'
import { type TablePlace, tablePlace } from './table-place.ts'

/** The erasures that a table has seen: rows that were staged before one are never committed after it. */
const ERASE_EPOCH = 'kadoa.eraseEpoch'

/** Which table holds the runs with one version of a workflow's schema. */
export interface VersionTableName {
  /** In the share. */
  readonly schema: string
  readonly workflowId: string
  readonly schemaVersion: number
}

export function versionTablePlace(context: ConnectorContext, name: VersionTableName): TablePlace {
  return tablePlace(context, name.schema, formatVersionTable(name.workflowId, name.schemaVersion))
}

interface OpenOptions {
  readonly version?: number | undefined
  readonly keepVersions?: readonly number[]
}

/** Opens a table of the connector at its newest version, or another. @throws {DeltaError} `not-found`. */
export function openTableAt(
  { runtime, signal, warn }: ConnectorContext,
  { location, store }: Pick<TablePlace, 'location' | 'store'>,
  options: OpenOptions = {},
): Promise<Table> {
  return openTable(location, { store, runtime, onWarning: warn, ...(signal && { signal }), ...options })
}

/** The same; undefined where there is no table. */
export async function findTableAt(
  context: ConnectorContext,
  place: Pick<TablePlace, 'location' | 'store'>,
  options: OpenOptions = {},
): Promise<Table | undefined> {
  try {
    return await openTableAt(context, place, options)
  } catch (error) {
    if (isDeltaError(error, 'not-found') && options.version === undefined) return undefined
    throw error
  }
}

/**
 * Makes the table of a version, without rows, where there is none; nobody sees it until it is shared.
 * @throws {DeltaError} `invalid-data` where the share shows a version that the table has lost: the next commits would take its
 * place, and be seen before they are published.
 */
export async function openOrCreateVersionTable(
  context: ConnectorContext,
  name: VersionTableName,
  { layout, eraseEpoch, pin }: { layout: ColumnLayout; eraseEpoch: number; pin: number | undefined },
): Promise<Table> {
  const { runtime, signal, warn } = context
  const { location, store } = versionTablePlace(context, name)
  const keepVersions = pin === undefined ? [] : [pin]
  const found = await findTableAt(context, { location, store }, { keepVersions })
  if (pin !== undefined && (found === undefined || found.version < pin)) throw lost(location, pin, found)
  if (found !== undefined) return found
  try {
    return await createTable(location, {
      store,
      runtime,
      keepVersions,
      onWarning: warn,
      schema: layout.schema,
      name: formatVersionTable(name.workflowId, name.schemaVersion),
      properties: { [ERASE_EPOCH]: String(eraseEpoch) },
      ...(signal && { signal }),
    })
  } catch (error) {
    if (!isDeltaError(error, 'already-exists') && !isDeltaError(error, 'commit-unknown')) throw error
    return openTableAt(context, { location, store }, { keepVersions })
  }
}

function lost(location: string, pin: number, found: Table | undefined): DeltaError {
  const left = found === undefined ? 'there is no table' : `the newest is version ${found.version}`
  return new DeltaError(
    'invalid-data',
    `${location} has lost what the share shows: expected version ${pin}, ${left}; put its objects back as they were`,
    { blame: 'storage' },
  )
}

/** Says that a table has seen an erasure: nothing that was staged before it is committed from here on. */
export async function setEraseEpoch(table: Table, epoch: number, signal: AbortSignal | undefined): Promise<void> {
  if (eraseEpochOf(table) < epoch) await table.setProperties({ [ERASE_EPOCH]: String(epoch) }, { signal })
}

/** The erasures that a table has seen. */
export function eraseEpochOf(table: Table): number {
  return Number(table.info().properties[ERASE_EPOCH] ?? 0)
}
