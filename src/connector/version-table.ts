import { isDeltaError } from '../errors.ts'
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

/** Opens the table at its newest version, or another; undefined where there is none. */
export async function findTableAt(
  { runtime, signal, warn }: ConnectorContext,
  { location, store }: Pick<TablePlace, 'location' | 'store'>,
  options: { readonly version?: number | undefined; readonly keepVersions?: readonly number[] } = {},
): Promise<Table | undefined> {
  try {
    return await openTable(location, { store, runtime, onWarning: warn, ...(signal && { signal }), ...options })
  } catch (error) {
    if (isDeltaError(error, 'not-found') && options.version === undefined) return undefined
    throw error
  }
}

/** Makes the table of a version, without rows, where there is none; nobody sees it until it is shared. */
export async function openOrCreateVersionTable(
  context: ConnectorContext,
  name: VersionTableName,
  { layout, eraseEpoch, pin }: { layout: ColumnLayout; eraseEpoch: number; pin: number | undefined },
): Promise<Table> {
  const { runtime, signal, warn } = context
  const { location, store } = versionTablePlace(context, name)
  const keepVersions = pin === undefined ? [] : [pin]
  const found = await findTableAt(context, { location, store }, { keepVersions })
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
    return openTable(location, { store, runtime, keepVersions, onWarning: warn, ...(signal && { signal }) })
  }
}

/** Says that a table has seen an erasure: nothing that was staged before it is committed from here on. */
export async function setEraseEpoch(table: Table, epoch: number, signal: AbortSignal | undefined): Promise<void> {
  if (eraseEpochOf(table) < epoch) await table.setProperties({ [ERASE_EPOCH]: String(epoch) }, { signal })
}

/** The erasures that a table has seen. */
export function eraseEpochOf(table: Table): number {
  return Number(table.info().properties[ERASE_EPOCH] ?? 0)
}
