/** The front door: tables, their schema, and the one error. Storage, Parquet, the log and sharing have doors of their own. */
export { DeltaError, type DeltaErrorCode, type DeltaErrorDetails, isDeltaError } from './errors.ts'
export { type Runtime, simulatedRuntime, systemRuntime } from './runtime.ts'
export type {
  ArrayType,
  DecimalType,
  DeltaType,
  MapType,
  PrimitiveType,
  Row,
  RowsInput,
  SchemaInput,
  StructField,
  StructType,
} from './schema/index.ts'
export {
  type ChangesOptions,
  type CommitOptions,
  type CompactedRange,
  type CreateTableOptions,
  createTable,
  type FileInfo,
  openTable,
  type PartitionValues,
  type ReadOptions,
  type StagedPart,
  type StageOptions,
  type Table,
  type TableDefinition,
  type TableInfo,
  type TableSettings,
  type TimeTravel,
  type TransactionId,
  type WriteOptions,
  type WriteResult,
  type WrittenCheckpoint,
} from './table/index.ts'
