import { DeltaError } from '../errors.ts'
import { formatDate, parseDate } from './calendar.ts'
import { describeValue } from './cast-error.ts'
import { fitsPrecision, formatDecimal, parseDecimal } from './decimal.ts'
import { INT64_MAX, INT64_MIN, narrowInteger } from './integer.ts'
import { formatJavaDouble, formatJavaFloat } from './java-double.ts'
import type { PhysicalValue } from './physical.ts'
import { formatTimestamp, parseTimestamp, parseTimestampNtz } from './timestamp.ts'
import { typeName } from './type-name.ts'
import type { DeltaType } from './types.ts'

/**
 * The text of a value in `partitionValues`, null for null (PROTOCOL.md "Partition Value Serialization"). Timestamps are
 * written as ISO 8601 in UTC, with microseconds.
 * @throws {DeltaError} `unsupported` for a type that cannot partition a table: binary (its text form loses bytes) and
 * everything nested.
 */
export function formatPartitionValue(type: DeltaType, value: PhysicalValue | null): string | null {
  checkPartitionType(type)
  return value === null ? null : formatValue(type, value)
}

function checkPartitionType(type: DeltaType): void {
  if (!UNPARTITIONABLE.has(type.type)) return
  throw new DeltaError('unsupported', `a column of type ${typeName(type)} cannot partition a table`)
}

const UNPARTITIONABLE: ReadonlySet<string> = new Set(['binary', 'array', 'map', 'struct', 'variant', 'void'])

function formatValue(type: DeltaType, value: PhysicalValue): string {
  if (type.type === 'string' && typeof value === 'string') return value
  if (type.type === 'boolean' && typeof value === 'boolean') return String(value)
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw new DeltaError('internal', `a physical ${typeof value} in a partition column of type ${typeName(type)}`)
  }
  switch (type.type) {
    case 'decimal':
      return formatDecimal(value, type.scale)
    case 'float':
      return formatJavaFloat(Number(value))
    case 'double':
      return formatJavaDouble(Number(value))
    case 'date':
      return formatDate(Number(value))
    case 'timestamp':
      return formatTimestamp(value, 'Z')
    case 'timestamp_ntz':
      return formatTimestamp(value, '').replace('T', ' ')
    default:
      return String(value)
  }
}

/**
 * The value of a text in `partitionValues`. An empty text is null, but for a string column, where it is the empty
 * string: PROTOCOL.md says null there too, and Spark, delta-rs and Polars read `''`. A timestamp without a zone is taken
 * as UTC.
 * @throws {DeltaError} `invalid-data` when the text is no value of the type.
 */
export function parsePartitionValue(type: DeltaType, text: string | null): PhysicalValue | null {
  if (text === null) return null
  if (type.type === 'string') return text
  if (text === '') return null
  const value = parseValue(type, text)
  if (value !== undefined) return value
  throw new DeltaError('invalid-data', `partition value: expected ${typeName(type)}, found ${describeValue(text)}`)
}

function parseValue(type: DeltaType, text: string): PhysicalValue | undefined {
  switch (type.type) {
    case 'byte':
      return parseInteger(text, -(2n ** 7n), 2n ** 7n - 1n)
    case 'short':
      return parseInteger(text, -(2n ** 15n), 2n ** 15n - 1n)
    case 'integer':
      return parseInteger(text, -(2n ** 31n), 2n ** 31n - 1n)
    case 'long':
      return parseInteger(text, INT64_MIN, INT64_MAX)
    case 'float': {
      const number = parseNumber(text)
      return number === undefined ? undefined : Math.fround(number)
    }
    case 'double':
      return parseNumber(text)
    case 'decimal': {
      const unscaled = parseDecimal(text, type.scale)
      return unscaled !== undefined && fitsPrecision(unscaled, type.precision) ? unscaled : undefined
    }
    case 'boolean':
      return BOOLEANS.get(text.toLowerCase())
    case 'date':
      return parseDate(text)
    case 'timestamp':
      return parseTimestamp(text, 'utc')
    case 'timestamp_ntz':
      return parseTimestampNtz(text, 'none')
    case 'binary':
      return new TextEncoder().encode(text)
    default:
      return undefined
  }
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|NaN|-?Infinity)$/
/** As delta-rs writes them. */
const SHORT_INFINITIES: ReadonlyMap<string, number> = new Map([
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
])

function parseInteger(text: string, min: bigint, max: bigint): number | bigint | undefined {
  if (!/^[+-]?\d{1,40}$/.test(text)) return undefined
  const value = BigInt(text)
  return value >= min && value <= max ? narrowInteger(value) : undefined
}

function parseNumber(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : SHORT_INFINITIES.get(text)
}
