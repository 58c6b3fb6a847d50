import type { SchemaElement } from 'hyparquet'
import { DeltaError } from '../../errors.ts'
import { type DeltaType, type PhysicalValue, typeName } from '../../schema/index.ts'
import { bigEndian, floorDivide, multiply, narrow } from '../encoding/integers.ts'
import type { StoredValue } from '../encoding/plain-decoder.ts'
import { integerName } from './leaf-delta-type.ts'
import { float16, uuidText } from './rare-types.ts'

/** How the values of a stored column become values of the wanted type. */
export type LeafReader =
  | { readonly kind: 'text' }
  | { readonly kind: 'value'; readonly convert: ((stored: StoredValue) => PhysicalValue) | undefined }

const AS_IT_IS: LeafReader = { kind: 'value', convert: undefined }
const MICROS_PER_DAY = 86_400_000_000

const numeric = (convert: (stored: number | bigint) => PhysicalValue): LeafReader => ({
  kind: 'value',
  convert: (stored) => convert(typeof stored === 'bigint' ? stored : Number(stored)),
})
const ofBytes = (convert: (stored: Uint8Array) => PhysicalValue): LeafReader => ({
  kind: 'value',
  convert: (stored) => (stored instanceof Uint8Array ? convert(stored) : fail(stored)),
})

function fail(stored: unknown): never {
  throw new TypeError(`bytes were expected, not a ${typeof stored}`)
}

/**
 * The reader of a stored column for a wanted type: the type as Delta writes it, the older forms of it, and the widenings
 * of PROTOCOL.md "Type Widening". @returns undefined when the stored values are no values of that type.
 */
export function leafReader(element: SchemaElement, wanted: DeltaType): LeafReader | undefined {
  switch (wanted.type) {
    case 'boolean':
      return element.type === 'BOOLEAN' ? AS_IT_IS : undefined
    case 'string':
      return textReader(element)
    case 'binary':
      return isBytes(element) ? ofBytes((bytes) => bytes.slice()) : undefined
    case 'byte':
      return integerReader(element, 8)
    case 'short':
      return integerReader(element, 16)
    case 'integer':
      return integerReader(element, 32)
    case 'long':
      return integerReader(element, 64)
    case 'float':
      return element.type === 'FLOAT' ? AS_IT_IS : float16Reader(element)
    case 'double':
      return doubleReader(element)
    case 'date':
      return isDate(element) ? AS_IT_IS : undefined
    case 'timestamp':
    case 'timestamp_ntz':
      return timestampReader(element, wanted.type)
    case 'decimal':
      return decimalReader(element, wanted.precision, wanted.scale)
    default:
      throw new DeltaError('unsupported', `columns of type ${typeName(wanted)} cannot be read yet`)
  }
}

function isBytes({ type }: SchemaElement): boolean {
  return type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY'
}

export function isDecimal({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return logical?.type === 'DECIMAL' || converted === 'DECIMAL'
}

function isDate({ type, converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return type === 'INT32' && (logical?.type === 'DATE' || converted === 'DATE')
}

/** Text is BYTE_ARRAY, which older writers leave without annotation; a UUID is given as text. */
function textReader(element: SchemaElement): LeafReader | undefined {
  if (element.type === 'BYTE_ARRAY' && !isDecimal(element)) return { kind: 'text' }
  return element.logical_type?.type === 'UUID' ? ofBytes(uuidText) : undefined
}

function float16Reader(element: SchemaElement): LeafReader | undefined {
  return element.logical_type?.type === 'FLOAT16' ? ofBytes(float16) : undefined
}

function doubleReader(element: SchemaElement): LeafReader | undefined {
  if (element.type === 'DOUBLE' || element.type === 'FLOAT') return AS_IT_IS
  return plainIntegerBits(element) === 32 ? AS_IT_IS : float16Reader(element)
}

/** Bits of a stored signed integer that stands for a number; undefined for dates, timestamps, decimals and the like. */
function plainIntegerBits(element: SchemaElement): 8 | 16 | 32 | 64 | undefined {
  switch (integerName(element)) {
    case 'INT_8':
      return 8
    case 'INT_16':
      return 16
    case undefined:
    case 'INT_32':
    case 'INT_64':
      if (element.logical_type !== undefined && element.logical_type.type !== 'INTEGER') return undefined
      return element.type === 'INT32' ? 32 : element.type === 'INT64' ? 64 : undefined
    default:
      return undefined
  }
}

function integerReader(element: SchemaElement, bits: 8 | 16 | 32 | 64): LeafReader | undefined {
  const unsigned = unsignedBits(element)
  if (unsigned !== undefined && unsigned < bits)
    return unsigned === 32 ? numeric((stored) => Number(stored) >>> 0) : AS_IT_IS
  const stored = plainIntegerBits(element)
  // INT32 without annotation may stand for a byte or a short, but its values must be such.
  if (stored === undefined || (stored > bits && stored === 64)) return undefined
  return stored <= bits ? AS_IT_IS : numeric((value) => inRange(value, bits))
}

function unsignedBits(element: SchemaElement): 8 | 16 | 32 | 64 | undefined {
  switch (integerName(element)) {
    case 'UINT_8':
      return 8
    case 'UINT_16':
      return 16
    case 'UINT_32':
      return 32
    case 'UINT_64':
      return 64
    default:
      return undefined
  }
}

function inRange(value: number | bigint, bits: number): number | bigint {
  const limit = 2 ** (bits - 1)
  if (value >= -limit && value < limit) return value
  throw new RangeError(`${value} is no integer of ${bits} bits`)
}

type Unit = 'MILLIS' | 'MICROS' | 'NANOS'

function timestampUnit({ converted_type: converted, logical_type: logical }: SchemaElement): Unit | undefined {
  if (logical?.type === 'TIMESTAMP') return logical.unit
  if (converted === 'TIMESTAMP_MICROS') return 'MICROS'
  return converted === 'TIMESTAMP_MILLIS' ? 'MILLIS' : undefined
}

function timestampReader(element: SchemaElement, wanted: 'timestamp' | 'timestamp_ntz'): LeafReader | undefined {
  if (element.type === 'INT96') return AS_IT_IS
  if (wanted === 'timestamp_ntz' && isDate(element)) return numeric((days) => multiply(days, MICROS_PER_DAY))
  if (element.type !== 'INT64') return undefined
  switch (timestampUnit(element)) {
    case 'MICROS':
      return AS_IT_IS
    case 'MILLIS':
      return numeric((millis) => multiply(millis, 1000))
    case 'NANOS':
      return numeric((nanos) => floorDivide(nanos, 1000))
    default:
      return undefined
  }
}

/** The unscaled integer, whatever it is stored in, brought to the wanted scale. */
function decimalReader(element: SchemaElement, precision: number, scale: number): LeafReader | undefined {
  const stored = storedDecimal(element)
  if (stored === undefined || stored.scale > scale || stored.precision - stored.scale > precision - scale)
    return undefined
  const power = 10n ** BigInt(scale - stored.scale)
  const factor = narrow(power)
  const rescale = (unscaled: number | bigint): number | bigint => (factor === 1 ? unscaled : multiply(unscaled, factor))
  if (isBytes(element)) return ofBytes((bytes) => rescale(bigEndian(bytes)))
  if (unsignedBits(element) === 64) return numeric((value) => rescale(narrow(BigInt.asUintN(64, BigInt(value)))))
  return factor === 1 ? AS_IT_IS : numeric(rescale)
}

/** Integers widen to decimals that hold all of them. */
function storedDecimal(element: SchemaElement): { precision: number; scale: number } | undefined {
  const { logical_type: logical } = element
  if (logical?.type === 'DECIMAL') return logical
  if (isDecimal(element)) return { precision: element.precision ?? 0, scale: element.scale ?? 0 }
  if (unsignedBits(element) === 64) return { precision: 20, scale: 0 }
  const bits = plainIntegerBits(element)
  if (bits === undefined || isBytes(element)) return undefined
  return { precision: bits === 64 ? 20 : 10, scale: 0 }
}
