import { isDeltaError } from '../errors.ts'
import { fewAtATime } from '../few-at-a-time.ts'
import type { TableEntry } from '../manifest/index.ts'
import type { Table } from '../table/index.ts'
import type { ConnectorContext } from './context.ts'
import { type Fence, pinnedPlace } from './publish/fence.ts'
import { parseTableName, type TableName } from './table-name.ts'
import { findTableAt } from './version-table.ts'

/** A table that the share shows, at the version that it shows. */
export interface ShownAt {
  readonly entry: TableEntry
  /** What its name says; undefined for a name that the connector does not give. */
  readonly name: TableName | undefined
  /** Undefined where it cannot be read; then why. */
  readonly table: Table | undefined
  readonly problem?: string
}

/** Tables that are opened at the same time. */
const READERS = 8

/** Opens all tables of the share, a few at a time: of each its log is read, and no data file. */
export function openShownTables(context: ConnectorContext, fence: Fence): Promise<ShownAt[]> {
  return fewAtATime(fence.share.tables, READERS, (entry) => open(context, fence, entry))
}

async function open(context: ConnectorContext, fence: Fence, entry: TableEntry): Promise<ShownAt> {
  const name = entry.schema === fence.record.schema ? parseTableName(entry.name) : undefined
  if (name === undefined) return { entry, name, table: undefined, problem: 'it is none that the connector makes' }
  try {
    const place = pinnedPlace(context, fence, entry.name)
    return { entry, name, table: await findTableAt(context, place, { version: place.pin }) }
  } catch (error) {
    if (!isDeltaError(error) || error.code === 'aborted' || error.code === 'unavailable') throw error
    return { entry, name, table: undefined, problem: error.message }
  }
}
