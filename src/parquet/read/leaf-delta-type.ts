import type { SchemaElement } from 'hyparquet'
import type { DeltaType } from '../../schema/index.ts'

const primitive = (type: Exclude<DeltaType['type'], 'decimal' | 'struct' | 'array' | 'map'>): DeltaType => ({ type })

/** A stored type as messages name it: `INT64 (TIMESTAMP)`. */
export function storedName({ type, logical_type: logical, converted_type: converted }: SchemaElement): string {
  const annotation = logical?.type ?? converted
  return annotation === undefined ? String(type) : `${type} (${annotation})`
}

/** Whether a stored column is said to hold nothing but nulls. */
export function isVoid({ logical_type: logical }: SchemaElement): boolean {
  return logical?.type === 'NULL'
}

/** The Delta type that a stored column has by itself; undefined where Delta has no word for it. */
export function leafDeltaType(element: SchemaElement): DeltaType | undefined {
  const { type, converted_type: converted, logical_type: logical } = element
  if (isVoid(element)) return primitive('void')
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') return decimalType(element)
  switch (type) {
    case 'BOOLEAN':
      return primitive('boolean')
    case 'FLOAT':
      return primitive('float')
    case 'DOUBLE':
      return primitive('double')
    case 'INT96':
      return primitive('timestamp')
    case 'INT32':
      return int32Type(element)
    case 'INT64':
      return int64Type(element)
    case 'BYTE_ARRAY':
      return byteArrayType(element)
    case 'FIXED_LEN_BYTE_ARRAY':
      return fixedType(element)
    default:
      return undefined
  }
}

function decimalType({ logical_type: logical, precision, scale }: SchemaElement): DeltaType | undefined {
  const digits = logical?.type === 'DECIMAL' ? logical.precision : precision
  const places = (logical?.type === 'DECIMAL' ? logical.scale : scale) ?? 0
  if (digits === undefined || digits < 1 || digits > 38 || places < 0 || places > digits) return undefined
  return { type: 'decimal', precision: digits, scale: places }
}

function int32Type(element: SchemaElement): DeltaType | undefined {
  const { converted_type: converted, logical_type: logical } = element
  if (logical?.type === 'DATE' || converted === 'DATE') return primitive('date')
  if (logical?.type === 'TIME' || converted === 'TIME_MILLIS') return undefined
  switch (integerName(element)) {
    case 'INT_8':
      return primitive('byte')
    case 'INT_16':
    case 'UINT_8':
      return primitive('short')
    case 'UINT_32':
      return primitive('long')
    default:
      return primitive('integer')
  }
}

function int64Type(element: SchemaElement): DeltaType | undefined {
  const { converted_type: converted, logical_type: logical } = element
  if (logical?.type === 'TIMESTAMP') return primitive(logical.isAdjustedToUTC ? 'timestamp' : 'timestamp_ntz')
  if (converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS') return primitive('timestamp')
  if (logical?.type === 'TIME' || converted === 'TIME_MICROS') return undefined
  if (integerName(element) === 'UINT_64') {
    return { type: 'decimal', precision: 20, scale: 0 }
  }
  return primitive('long')
}

/** The width and sign that annotate an integer, by the name of the converted type. */
export function integerName({ converted_type: converted, logical_type: logical }: SchemaElement): string | undefined {
  if (logical?.type === 'INTEGER') return `${logical.isSigned ? 'INT' : 'UINT'}_${logical.bitWidth}`
  return converted
}

function byteArrayType({ converted_type: converted, logical_type: logical }: SchemaElement): DeltaType {
  const name = logical?.type ?? converted
  const isText = name === 'STRING' || name === 'UTF8' || name === 'ENUM' || name === 'JSON'
  return primitive(isText ? 'string' : 'binary')
}

function fixedType({ converted_type: converted, logical_type: logical }: SchemaElement): DeltaType | undefined {
  if (converted === 'INTERVAL') return undefined
  if (logical?.type === 'UUID') return primitive('string')
  return primitive(logical?.type === 'FLOAT16' ? 'float' : 'binary')
}
