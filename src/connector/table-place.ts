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
  /** Where a plane shows other columns from another place only, the latest tables move on to the next one; others never do. */
  readonly epoch: number
}

/** Where all tables of a connector lie: no slash at the end. */
export function tablesFolder(id: string): string {
  return `tables/${id}`
}

/** The same, as a location string. */
export function tablesRoot({ id, store }: Pick<ConnectorContext, 'id' | 'store'>): string {
  return prefixStore(store, tablesFolder(id)).location
}

/** @param table as it is called in the share. */
export function tablePlace(
  { id, store }: Pick<ConnectorContext, 'id' | 'store'>,
  schema: string,
  table: string,
  epoch = 0,
): TablePlace {
  return tablePlaceIn({ store }, `${tablesFolder(id)}/${schema}/${table}`, epoch)
}

/** @param parent where all epochs of the table lie. */
export function tablePlaceIn({ store }: Pick<ConnectorContext, 'store'>, parent: string, epoch: number): TablePlace {
  const folder = `${parent}/${epoch}`
  const inner = prefixStore(store, folder)
  return { location: inner.location, store: inner, folder, epoch }
}

/** Where a table of the connector is shown; undefined where that is none of its places. */
export function shownPlace(
  context: Pick<ConnectorContext, 'id' | 'store'>,
  { schema, name, location }: { readonly schema: string; readonly name: string; readonly location: string },
): TablePlace | undefined {
  const place = tablePlace(context, schema, name, epochIn(location))
  // The root in front of it may be spelled in several ways.
  return location.endsWith(`/${place.folder}`) ? place : undefined
}

/** By the last part of a location. */
function epochIn(location: string): number {
  const [, digits = '0'] = /\/(0|[1-9]\d{0,8})$/.exec(location) ?? []
  return Number(digits)
}
