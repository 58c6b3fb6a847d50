/** A client of any Delta Sharing server, for Node and for browsers. */
export type { Profile } from '../wire/index.ts'
export { formatProfile, parseProfile } from '../wire/index.ts'
export type { SharedChangesOptions } from './changes-reader.ts'
export type { ClientOptions } from './http.ts'
export { openProfile, type SchemaName, type SharedCatalog, type ShareName, type TableName } from './profile.ts'
export type { SharedTable, SharedTableInfo } from './table.ts'
export type { SharedReadOptions, SharedTimeTravel } from './table-reader.ts'
