import type { StructField } from '../schema/index.ts'
import type { Annotation, LeafType, PhysicalType } from './leaf-type.ts'
import type { ThriftWriter } from './thrift-writer.ts'

/** A column of the file: its place in the schema, and how its values are stored. */
export interface FileColumn {
  readonly field: StructField
  readonly leaf: LeafType
}

/** `Type` of `parquet.thrift`. */
export const PHYSICAL_NUMBER: Record<PhysicalType, number> = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED_LEN_BYTE_ARRAY: 7,
}

// `FieldRepetitionType` and `ConvertedType`.
const REQUIRED = 0
const OPTIONAL = 1
const UTF8 = 0
const DECIMAL = 5
const DATE = 6
const TIMESTAMP_MICROS = 10
const INT_8 = 15
const INT_16 = 16

/** Writes the `SchemaElement` above all columns. */
export function writeRoot(thrift: ThriftWriter, children: number): void {
  thrift.text(4, 'schema')
  thrift.i32(5, children)
}

/** Writes the `SchemaElement` of a column. */
export function writeSchemaElement(thrift: ThriftWriter, { field, leaf }: FileColumn): void {
  const { annotation } = leaf
  thrift.i32(1, PHYSICAL_NUMBER[leaf.physical])
  thrift.i32(2, leaf.width)
  thrift.i32(3, field.nullable ? OPTIONAL : REQUIRED)
  thrift.text(4, field.name)
  thrift.i32(6, annotation && convertedType(annotation))
  if (annotation?.kind === 'decimal') {
    thrift.i32(7, annotation.scale)
    thrift.i32(8, annotation.precision)
  }
  thrift.i32(9, fieldId(field))
  if (annotation !== undefined) thrift.struct(10, () => writeLogicalType(thrift, annotation))
}

/** The id by which readers find the column of a table with column mapping (PROTOCOL.md "Column Mapping"). */
function fieldId(field: StructField): number | undefined {
  const id = field.metadata['delta.columnMapping.id']
  return typeof id === 'number' ? id : undefined
}

/** The older annotation, for readers that know no other. It has no word for timestamps without a zone. */
function convertedType(annotation: Annotation): number | undefined {
  switch (annotation.kind) {
    case 'string':
      return UTF8
    case 'decimal':
      return DECIMAL
    case 'date':
      return DATE
    case 'timestamp':
      return annotation.adjustedToUtc ? TIMESTAMP_MICROS : undefined
    case 'integer':
      return annotation.bits === 8 ? INT_8 : INT_16
  }
}

/** Writes the member of the union `LogicalType`. */
function writeLogicalType(thrift: ThriftWriter, annotation: Annotation): void {
  switch (annotation.kind) {
    case 'string':
      thrift.struct(1, () => {})
      return
    case 'decimal':
      thrift.struct(5, () => {
        thrift.i32(1, annotation.scale)
        thrift.i32(2, annotation.precision)
      })
      return
    case 'date':
      thrift.struct(6, () => {})
      return
    case 'timestamp':
      thrift.struct(8, () => {
        thrift.bool(1, annotation.adjustedToUtc)
        thrift.struct(2, () => thrift.struct(2, () => {}))
      })
      return
    case 'integer':
      thrift.struct(10, () => {
        thrift.i8(1, annotation.bits)
        thrift.bool(2, true)
      })
  }
}
