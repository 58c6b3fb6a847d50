import { DeltaError } from '../errors.ts'
import { decodeBase64 } from './base64.ts'
import { CastError, describeValue } from './cast-error.ts'
import { castDouble, castFloat, castLong, decimalCaster, integerCaster } from './cast-number.ts'
import { castDate, castTimestamp, castTimestampNtz } from './cast-time.ts'
import type { PhysicalValue } from './physical.ts'
import { typeName } from './type-name.ts'
import type { DeltaType } from './types.ts'

/** Turns one value of a row into its physical form; null and undefined are null. @throws {CastError} */
export type Caster = (value: unknown) => PhysicalValue | null

/**
 * The function that takes a column's values in. It is exact: what the type cannot hold is refused with a
 * {@link CastError}, never cut or rounded, but for the one rounding that a `float` is made for.
 * @throws {DeltaError} `unsupported` for a type that has no flat values (array, map, struct, variant, void).
 */
export function caster(type: DeltaType): Caster {
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
    default:
      throw new DeltaError('unsupported', `values of type ${typeName(type)} are not supported`)
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

function castBinary(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return value
  if (value === null || value === undefined) return null
  const bytes = typeof value === 'string' ? decodeBase64(value) : undefined
  if (bytes === undefined) throw new CastError('binary, a Uint8Array or padded base64 text', describeValue(value))
  return bytes
}
