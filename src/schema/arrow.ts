import { DeltaError } from '../errors.ts'
import { MAX_PRECISION } from './decimal.ts'
import { membersOf } from './members.ts'
import type { DeltaType, StructType } from './types.ts'

/** A type of `apache-arrow`, by its shape: this room does not import that library. */
export interface ArrowType {
  readonly typeId: number
  toString(): string
}

/** A schema of `apache-arrow`, by its shape. */
export interface ArrowSchema {
  readonly fields: readonly { readonly name: string; readonly type: ArrowType; readonly nullable: boolean }[]
}

/** `Type` of apache-arrow (Schema.fbs, "union Type"), the ones that are told apart here. */
export const ArrowTypeId = {
  null: 1,
  int: 2,
  float: 3,
  binary: 4,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  timestamp: 10,
  list: 12,
  struct: 13,
  fixedSizeBinary: 15,
  fixedSizeList: 16,
  map: 17,
  largeBinary: 19,
  largeUtf8: 20,
  largeList: 21,
  binaryView: 23,
  utf8View: 24,
  dictionary: -1,
} as const

/** Whether a value is a schema of `apache-arrow`. */
export function isArrowSchema(value: unknown): value is ArrowSchema {
  const fields = membersOf(value).fields
  return Array.isArray(fields) && fields.every((field: unknown) => typeof arrowMember(field, 'typeId') === 'number')
}

/**
 * The table schema of an Arrow schema. Signed integers keep their width, unsigned ones take the next larger type
 * (`uint64` → `decimal(20,0)`); a timestamp with a zone → `timestamp`, without → `timestamp_ntz`; a dictionary is taken
 * as its values; a column of Arrow's null type → `string`.
 * @throws {DeltaError} `unsupported` naming the column for nested types, times, durations, intervals and unions.
 */
export function schemaFromArrow(schema: ArrowSchema): StructType {
  return {
    type: 'struct',
    fields: schema.fields.map(({ name, type, nullable }) => ({
      name,
      type: columnType(name, type),
      nullable,
      metadata: {},
    })),
  }
}

function columnType(name: string, type: ArrowType): DeltaType {
  const { bitWidth, isSigned, precision, scale, timezone, dictionary } = membersOf(type)
  switch (type.typeId) {
    case ArrowTypeId.int:
      return integerType(Number(bitWidth), isSigned === true)
    case ArrowTypeId.float:
      return { type: precision === DOUBLE_PRECISION ? 'double' : 'float' }
    case ArrowTypeId.utf8:
    case ArrowTypeId.largeUtf8:
    case ArrowTypeId.utf8View:
    case ArrowTypeId.null:
      return { type: 'string' }
    case ArrowTypeId.binary:
    case ArrowTypeId.largeBinary:
    case ArrowTypeId.binaryView:
    case ArrowTypeId.fixedSizeBinary:
      return { type: 'binary' }
    case ArrowTypeId.bool:
      return { type: 'boolean' }
    case ArrowTypeId.date:
      return { type: 'date' }
    case ArrowTypeId.timestamp:
      return { type: typeof timezone === 'string' && timezone !== '' ? 'timestamp' : 'timestamp_ntz' }
    case ArrowTypeId.decimal:
      return decimalType(name, Number(precision), Number(scale))
    case ArrowTypeId.dictionary:
      if (isArrowType(dictionary)) return columnType(name, dictionary)
      throw unsupported(name, type)
    default:
      throw unsupported(name, type)
  }
}

/** `Precision.DOUBLE` of apache-arrow; half and single are both held by `float`. */
const DOUBLE_PRECISION = 2

function integerType(bits: number, signed: boolean): DeltaType {
  const needed = signed ? bits : bits * 2
  if (needed <= 8) return { type: 'byte' }
  if (needed <= 16) return { type: 'short' }
  if (needed <= 32) return { type: 'integer' }
  return needed <= 64 ? { type: 'long' } : { type: 'decimal', precision: 20, scale: 0 }
}

function decimalType(name: string, precision: number, scale: number): DeltaType {
  if (precision >= 1 && precision <= MAX_PRECISION && scale >= 0 && scale <= precision) {
    return { type: 'decimal', precision, scale }
  }
  throw new DeltaError(
    'unsupported',
    `column ${name}: Delta has no decimal(${precision},${scale}): cast it to at most ${MAX_PRECISION} digits and a scale from 0 to the precision`,
    { column: name },
  )
}

const NESTED: ReadonlySet<number> = new Set([
  ArrowTypeId.list,
  ArrowTypeId.largeList,
  ArrowTypeId.fixedSizeList,
  ArrowTypeId.struct,
  ArrowTypeId.map,
])

function unsupported(column: string, type: ArrowType): DeltaError {
  const what = NESTED.has(type.typeId)
    ? `nested column ${column}: Arrow's ${type} is not supported`
    : `column ${column}: Arrow's ${type} has no Delta type`
  return new DeltaError('unsupported', `${what}: cast it to a scalar type, or leave the column out`, { column })
}

/** One member of an Arrow object; undefined where it has none. */
export function arrowMember(value: unknown, name: string): unknown {
  return membersOf(value)[name]
}

function isArrowType(value: unknown): value is ArrowType {
  return typeof arrowMember(value, 'typeId') === 'number'
}
