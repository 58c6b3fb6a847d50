import { DeltaError } from '../errors.ts'
import { fieldStep } from './cast-error.ts'
import { MAX_PRECISION } from './decimal.ts'
import { membersOf } from './members.ts'
import { inside, type Place, topPlace } from './place.ts'
import type { DeltaType, StructType } from './types.ts'

/** A type of `apache-arrow`, by its shape: this room does not import that library. */
export interface ArrowType {
  readonly typeId: number
  toString(): string
}

/** A field of `apache-arrow`, by its shape. */
export interface ArrowField {
  readonly name: string
  readonly type: ArrowType
  readonly nullable: boolean
}

/** A schema of `apache-arrow`, by its shape. */
export interface ArrowSchema {
  readonly fields: readonly ArrowField[]
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

function isArrowField(value: unknown): value is ArrowField {
  return typeof arrowMember(value, 'typeId') === 'number'
}

/** Whether a value is a schema of `apache-arrow`. */
export function isArrowSchema(value: unknown): value is ArrowSchema {
  const fields = membersOf(value).fields
  return Array.isArray(fields) && fields.every(isArrowField)
}

/**
 * The table schema of an Arrow schema. Signed integers keep their width, unsigned ones take the next larger type
 * (`uint64` → `decimal(20,0)`); a timestamp with a zone → `timestamp`, without → `timestamp_ntz`; a dictionary is taken
 * as its values; lists of every kind → array; a column of Arrow's null type → `string`.
 * @throws {DeltaError} `unsupported` naming the column for times, durations, intervals and unions.
 */
export function schemaFromArrow(schema: ArrowSchema): StructType {
  return structType(schema.fields, topPlace)
}

function structType(fields: readonly ArrowField[], placeOf: (name: string) => Place): StructType {
  return {
    type: 'struct',
    fields: fields.map(({ name, type, nullable }) => {
      return { name, type: columnType(placeOf(name), type), nullable, metadata: {} }
    }),
  }
}

function arrayType(place: Place, type: ArrowType): DeltaType {
  const [element] = childrenOf(type)
  if (element === undefined) throw unsupported(place, type)
  return { type: 'array', elementType: columnType(inside(place, '[]'), element.type), containsNull: element.nullable }
}

/** Arrow's map is a list of structs of a key and a value, whatever these are called. */
function mapType(place: Place, type: ArrowType): DeltaType {
  const [entries] = childrenOf(type)
  const [key, value] = entries === undefined ? [] : childrenOf(entries.type)
  if (key === undefined || value === undefined) throw unsupported(place, type)
  return {
    type: 'map',
    keyType: columnType(inside(place, '{key}'), key.type),
    valueType: columnType(inside(place, '{}'), value.type),
    valueContainsNull: value.nullable,
  }
}

/** The fields of a nested type: of a list its element, of a map its entries. */
export function childrenOf(type: ArrowType): readonly ArrowField[] {
  const children = arrowMember(type, 'children')
  return Array.isArray(children) ? children.filter(isArrowField) : []
}

function columnType(place: Place, type: ArrowType): DeltaType {
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
      return decimalType(place, Number(precision), Number(scale))
    case ArrowTypeId.dictionary:
      if (isArrowType(dictionary)) return columnType(place, dictionary)
      throw unsupported(place, type)
    case ArrowTypeId.list:
    case ArrowTypeId.largeList:
    case ArrowTypeId.fixedSizeList:
      return arrayType(place, type)
    case ArrowTypeId.struct:
      return structType(childrenOf(type), (name) => inside(place, fieldStep(name)))
    case ArrowTypeId.map:
      return mapType(place, type)
    default:
      throw unsupported(place, type)
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

function decimalType({ column, at }: Place, precision: number, scale: number): DeltaType {
  if (precision >= 1 && precision <= MAX_PRECISION && scale >= 0 && scale <= precision) {
    return { type: 'decimal', precision, scale }
  }
  throw new DeltaError(
    'unsupported',
    `column ${at}: Delta has no decimal(${precision},${scale}): cast it to at most ${MAX_PRECISION} digits and a scale from 0 to the precision`,
    { column },
  )
}

function unsupported({ column, at }: Place, type: ArrowType): DeltaError {
  return new DeltaError(
    'unsupported',
    `column ${at}: Arrow's ${type} has no Delta type: cast it to one that has, or leave the column out`,
    { column },
  )
}

/** One member of an Arrow object; undefined where it has none. */
export function arrowMember(value: unknown, name: string): unknown {
  return membersOf(value)[name]
}

function isArrowType(value: unknown): value is ArrowType {
  return typeof arrowMember(value, 'typeId') === 'number'
}
