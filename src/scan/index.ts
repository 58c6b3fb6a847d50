export { type ChangeScanRequest, changeSchema, scanChange } from './changes.ts'
export type { ReadVector } from './deletion-vector/load.ts'
export { type ScannedFile, type ScanOptions, type ScanRequest, scanFile, scanRows } from './file.ts'
export { matchesIn, pruneFiles } from './prune.ts'
export {
  type ChangeReadRequest,
  type ChangeToRead,
  type FilesToRead,
  type FileToRead,
  type ReadRequest,
  readArrowTable,
  readChangedRows,
  readColumns,
  readRecordBatches,
  readRows,
} from './read.ts'
export { storedAccess } from './stored-access.ts'
export { checkTellable } from './tellable.ts'
