export type { JsonObject } from '../json.ts'
export type { FormatStatsOptions } from '../schema/index.ts'
export type {
  Action,
  AddFile,
  CdcFile,
  CommitInfo,
  DeletionVector,
  DomainMetadata,
  Metadata,
  Protocol,
  RemoveFile,
  Txn,
} from './actions.ts'
export { formatAdd, parseAdd } from './add-json.ts'
export {
  type ChangeRange,
  type ChangesRequest,
  type CommitChanges,
  hasChangeFeed,
  loadChanges,
  type VersionState,
} from './changes.ts'
export { checkpointInterval, hasCheckpoint } from './checkpoint/due.ts'
export { readHint } from './checkpoint/hint.ts'
export { type WriteCheckpointOptions, type WrittenCheckpoint, writeCheckpoint } from './checkpoint/write.ts'
export { type CleanUpOptions, cleanUpLog } from './clean-up.ts'
export { clusteringColumns } from './clustering.ts'
export { type CommitOptions, type CommitOutcome, type CommitRequest, commit } from './commit.ts'
export type { ChangeTelling, FileChange } from './commit-changes.ts'
export type { OperationInfo } from './commit-info.ts'
export { type CompactedRange, type CompactOptions, compactLog } from './compact.ts'
export { decodePath, encodePath, isAbsolutePath, partitionDirectory } from './data-path.ts'
export { deletionVectorPath, inlineDeletionVector } from './deletion-vector.ts'
export type { FindUse, TableShape } from './feature-use.ts'
export { type FeatureSupport, findTableFeature, type TableFeature, tableFeatures } from './features.ts'
export { type ForgetOptions, type ForgottenHistory, forgetHistory } from './forget.ts'
export { formatCommit } from './format.ts'
export { checkSettable, type GivenProperties, takeProperties } from './given-properties.ts'
export { type HistoryEntry, type HistoryOptions, loadHistory } from './history.ts'
export { type LoadOptions, loadSnapshot } from './load.ts'
export { type NeededFilesOptions, neededFiles } from './needed-files.ts'
export { type OpenVersionOptions, openVersion, type TableVersion } from './open-version.ts'
export { parseAction, parseCommit } from './parse.ts'
export {
  formatChecksumPath,
  formatClassicCheckpointPath,
  formatCommitPath,
  formatCompactedPath,
  formatMultiPartCheckpointPath,
  formatStagedCommitPath,
  formatV2CheckpointPath,
  LAST_CHECKPOINT_PATH,
  LOG_PREFIX,
  type LogFile,
  parseLogPath,
} from './paths.ts'
export { checkProperties, isEnabled } from './properties.ts'
export { checkReadable, checkWritable } from './protocol.ts'
export { type ProtocolNeeds, protocolFor } from './protocol-upgrade.ts'
export { fileKey, type TableState } from './replay.ts'
export { type CommitResolution, resolveCommit } from './resolve.ts'
export { deletedFileRetention } from './retention.ts'
export { type RowConstraint, rowConstraints } from './row-constraints.ts'
export { withRowTrackingColumns } from './row-tracking.ts'
export { advance, type LoggedCommit, type Snapshot } from './snapshot.ts'
export { integerOf, statisticsOptions } from './statistics.ts'
export { columnsMatchBy, tableSchema } from './table-schema.ts'
export { type MomentOfTable, type VersionsByMoment, versionsAround } from './time-travel.ts'
export { writeChecksum } from './write-checksum.ts'
