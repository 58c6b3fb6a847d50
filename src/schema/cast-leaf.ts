import { DeltaError } from '../errors.ts'
import { decodeBase64 } from './base64.ts'
import { CastError, describeValue } from './cast-error.ts'
import { castDouble, castFloat, castLong, decimalCaster, integerCaster } from './cast-number.ts'
import { castDate, castTimestamp, castTimestampNtz } from './cast-time.ts'
import type { PhysicalValue } from './physical.ts'
import { typeName } from './type-name.ts'
import type { DeltaType } from './types.ts'

/** Turns a value without parts into its physical form; null and undefined are null. @throws {CastError} */
export type LeafCaster = (value: unknown) => PhysicalValue | null

/**
 * As `caster`, of a type whose values have no parts.
 * @throws {DeltaError} `unsupported` for array, map, struct and variant.
 */
export function leafCaster(type: DeltaType): LeafCaster {
  switch (type.type) {
    case 'string':
      return castString
    case 'long':
      return castLong
    case 'integer':
      return integerCaster('integer', 32)
    case 'short':
      return integerCaster('short', 16)
    case 'byte':
      return integerCaster('byte', 8)
    case 'float':
      return castFloat
    case 'double':
      return castDouble
    case 'decimal':
      return decimalCaster(type)
    case 'boolean':
      return castBoolean
    case 'binary':
      return castBinary
    case 'date':
      return castDate
    case 'timestamp':
      return castTimestamp
    case 'timestamp_ntz':
      return castTimestampNtz
    case 'void':
      return castVoid
    case 'variant':
      throw new DeltaError('unsupported', 'values of type variant can be read, but neither written nor compared')
    default:
      throw new DeltaError('unsupported', `${typeName(type)} has parts: a value without parts was asked for`)
  }
}

function castString(value: unknown): string | null {
  if (typeof value === 'string') {
    if (LONE_SURROGATE.test(value)) throw loneSurrogate(value)
    return value
  }
  if (value === null || value === undefined) return null
  throw new CastError('string, a text', describeValue(value))
}

/** With the `u` flag a well-formed pair is one character, so only half of one matches. UTF-8 has no bytes for it. */
const LONE_SURROGATE = /[\ud800-\udfff]/u

function loneSurrogate(value: string): CastError {
  const at = value.search(LONE_SURROGATE)
  const unit = value.charCodeAt(at).toString(16).toUpperCase()
  return new CastError('string, well-formed Unicode', `half a surrogate pair (U+${unit}) at character ${at + 1}`)
}

function castBoolean(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value
  if (value === null || value === undefined) return null
  throw new CastError('boolean, true or false', describeValue(value))
}

function castVoid(value: unknown): null {
  if (value === null || value === undefined) return null
  throw new CastError('void, which holds nothing but null', describeValue(value))
}

function castBinary(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return value
  if (value === null || value === undefined) return null
  const bytes = typeof value === 'string' ? decodeBase64(value) : undefined
  if (bytes === undefined) throw new CastError('binary, a Uint8Array or padded base64 text', describeValue(value))
  return bytes
}
