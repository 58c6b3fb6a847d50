import { type ObjectStore, prefixStore } from '../store/index.ts'
import type { ConnectorContext } from './context.ts'

/** Where one table of a connector lies. */
export interface TablePlace {
  /** As the share names it. */
  readonly location: string
  /** Rooted at the table. */
  readonly store: ObjectStore
  /** Where the table is rooted in the store of the connector, for copies within it: no slash at the end. */
  readonly folder: string
}

/** A table that is built anew elsewhere would have another epoch; none is, up to now. */
const EPOCH = '0'

/** Where all tables of a connector lie: no slash at the end. */
export function tablesFolder(id: string): string {
  return `tables/${id}`
}

/** @param table as it is called in the share. */
export function tablePlace({ id, store }: Pick<ConnectorContext, 'id' | 'store'>, schema: string, table: string) {
  const folder = `${tablesFolder(id)}/${schema}/${table}/${EPOCH}`
  const inner = prefixStore(store, folder)
  return { location: inner.location, store: inner, folder } satisfies TablePlace
}
