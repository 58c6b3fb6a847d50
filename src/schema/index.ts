export { type ArrowField, type ArrowSchema, type ArrowType, isArrowSchema, schemaFromArrow } from './arrow.ts'
export { arrowColumn } from './arrow-column.ts'
export {
  type ArrowBatch,
  type ArrowRecordBatch,
  type ArrowTable,
  columnsFromArrow,
  isArrowTable,
} from './arrow-table.ts'
export type { ArrowChunk, ArrowVector } from './arrow-vector.ts'
export { type Caster, caster } from './cast.ts'
export { CastError, describeValue } from './cast-error.ts'
export { type LeafCaster, leafCaster } from './cast-leaf.ts'
export type { ColumnBatch } from './column-batch.ts'
export {
  assignColumnMapping,
  type ColumnMappingMode,
  checkColumnMapping,
  columnId,
  columnMappingMode,
  hasColumnMapping,
  nestedColumnIds,
  physicalName,
  physicalPath,
  physicalSchema,
  withoutColumnMapping,
} from './column-mapping.ts'
export { checkColumnNames, renameColumn, renameColumns } from './column-names.ts'
export { formatColumnPath, parseColumnPaths } from './column-path.ts'
export type { ColumnStats, FileStats } from './column-stats.ts'
export { fieldAt, type LeafColumn, leafColumns } from './columns.ts'
export { comparePhysical, compareUtf8 } from './compare.ts'
export { elementsOf, entriesOf } from './elements.ts'
export { type FormatStatsOptions, formatStats, statisticsColumns } from './format-stats.ts'
export {
  hasIdentity,
  type IdentityColumn,
  identityColumn,
  identityColumns,
  withHighWaterMarks,
  withoutHighWaterMarks,
} from './identity-column.ts'
export {
  type InferenceOptions,
  type InferredSchema,
  inferSchema,
  type SchemaInference,
  schemaInference,
} from './infer.ts'
export { inferTextColumns, type TextCells, type TextInference, textInference, textRow } from './infer-text.ts'
export { INT64_MAX, INT64_MIN } from './integer.ts'
export { formatField, formatSchema, type ParseSchemaOptions, parseSchema } from './json.ts'
export { type JsonPiece, parseJsonRows } from './json-rows.ts'
export { mapFields, visitFields } from './map-fields.ts'
export { isPlainObject, type Members, memberReader, setMember } from './members.ts'
export { type ParsedFileStats, type ParseStatsOptions, parseStats, statsBound } from './parse-stats.ts'
export { formatPartitionValue, parsePartitionValue } from './partition-value.ts'
export {
  isPhysicalStruct,
  isPhysicalValue,
  type PhysicalArray,
  type PhysicalMap,
  type PhysicalStruct,
  type PhysicalTree,
  type PhysicalValue,
  physicalAt,
} from './physical.ts'
export { checkReadableAs } from './read-compatible.ts'
export type { Row } from './row.ts'
export { formatRowJson } from './row-json.ts'
export { type RowValueOptions, rowValue } from './row-value.ts'
export { rowsAsText, type TextColumn } from './rows-as-text.ts'
export { lengthOf, pick, piecesOf, type RowsBatch, rowsOf } from './rows-batch.ts'
export { batchesOf, type RowsInput } from './rows-input.ts'
export { type RowsSchema, rowsSchema } from './rows-schema.ts'
export { parseSchemaInput, type SchemaInput } from './schema-input.ts'
export { selectFields } from './select-fields.ts'
export { writeShortAscii } from './short-ascii.ts'
export { textLines } from './text-lines.ts'
export { type ArrowMaker, arrowMaker } from './to-arrow.ts'
export { toJsonText, toText } from './to-text.ts'
export { typeName } from './type-name.ts'
export { checkTypeChanges, hasTypeChanges } from './type-widening.ts'
export type {
  ArrayType,
  DecimalType,
  DeltaType,
  MapType,
  PrimitiveName,
  PrimitiveType,
  StructField,
  StructType,
} from './types.ts'
export { Utf8Column, type Utf8Texts } from './utf8-column.ts'
export { utf8Text } from './utf8-text.ts'
export { checkWritableTypes } from './writable-types.ts'
export { schemaFromZod } from './zod.ts'
export { isZodSchema, type ZodSchema } from './zod-definition.ts'
