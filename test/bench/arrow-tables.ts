import {
  Bool,
  type DataType,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow'
import type { DeltaType, Row, StructField, StructType } from '../../src/schema/index.ts'

/** Rows of a record batch: about what engines hand out. */
const BATCH_ROWS = 65_536

/** Rows as a table of `apache-arrow`, in record batches. Its builders take longer than all of the encoding. */
export function arrowTable(schema: StructType, rows: readonly Row[]): Table {
  const arrow = new Schema(schema.fields.map(arrowField))
  const batches: Table[] = []
  for (let start = 0; start < rows.length; start += BATCH_ROWS) {
    const piece = rows.slice(start, start + BATCH_ROWS)
    const columns = arrow.fields.map(({ name, type }, i) => {
      const isLong = schema.fields[i]?.type.type === 'long'
      const values = piece.map((row) => (isLong ? BigInt(Number(row[name])) : (row[name] ?? null)))
      return [name, vectorFromArray(values, type)] as const
    })
    batches.push(new Table(arrow, Object.fromEntries(columns)))
  }
  return new Table(batches.flatMap((table) => table.batches))
}

function arrowField({ name, type, nullable }: StructField): Field {
  return new Field(name, arrowType(type), nullable)
}

function arrowType(type: DeltaType): DataType {
  switch (type.type) {
    case 'string':
      return new Utf8()
    case 'long':
      return new Int64()
    case 'integer':
      return new Int32()
    case 'double':
      return new Float64()
    case 'boolean':
      return new Bool()
    case 'timestamp':
      return new TimestampMicrosecond('UTC')
    case 'array':
      return new List(new Field('item', arrowType(type.elementType), true))
    case 'struct':
      return new Struct(type.fields.map(arrowField))
    default:
      throw new Error(`the data sets have no ${type.type}`)
  }
}
