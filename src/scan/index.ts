export type { ReadVector } from './deletion-vector/load.ts'
export { type ScanOptions, type ScanRequest, scanFile, scanRows } from './file.ts'
export { pruneFiles } from './prune.ts'
export { storedAccess } from './stored-access.ts'
