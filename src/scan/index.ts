export { type ScanOptions, type ScanRequest, scanFile, selectFields } from './file.ts'
export { pruneFiles } from './prune.ts'
export type { RowFormat } from './rows.ts'
export { storedAccess } from './stored-access.ts'
