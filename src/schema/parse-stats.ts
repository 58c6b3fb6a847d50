import { isJsonObject, JsonNumber, type JsonObject, type JsonValue, parseJson } from '../json.ts'
import { parseDate } from './calendar.ts'
import { physicalPath } from './column-mapping.ts'
import { fieldAt } from './columns.ts'
import { parseDecimal } from './decimal.ts'
import { narrowInteger } from './integer.ts'
import type { PhysicalValue } from './physical.ts'
import { parseTimestamp, parseTimestampNtz } from './timestamp.ts'
import { isWidenedFloat } from './type-widening.ts'
import type { DeltaType, StructField, StructType } from './types.ts'

/**
 * What a log says about one data file, ready for skipping: every bound that is given holds for every row. Undefined
 * means "not known"; nothing here is a promise that a bound is attained.
 */
export interface ParsedFileStats {
  readonly numRecords: number | undefined
  /** False where a deletion vector hides rows: then a null count says only "none" (0) or "all" (`numRecords`). */
  readonly tightBounds: boolean
  nullCount(path: readonly string[]): number | undefined
  min(path: readonly string[]): PhysicalValue | undefined
  /** Of float and double: of every value that is not NaN; see {@link mayHoldNaN}. */
  max(path: readonly string[]): PhysicalValue | undefined
  /** Whether NaN, the greatest of all, may stand beside a smaller maximum. */
  mayHoldNaN(path: readonly string[]): boolean
}

export interface ParseStatsOptions {
  /**
   * Set it where the file's writer is known to compute bounds exactly, as this library and Spark do. Without it decimal
   * bounds are widened (delta-rs computes them in doubles) and a maximum of float or double is not trusted to cover NaN
   * (Parquet's own statistics leave it out).
   */
  readonly exact?: boolean
}

/**
 * Reads an add action's `stats`, whoever wrote it. Never throws: statistics only ever save work, so what cannot be
 * understood is unknown. Columns are asked for by their names in the schema and found by their physical names; the
 * values of a file from before the column's type was widened are taken as what they are in the wider type.
 */
export function parseStats(
  schema: StructType,
  text: string | undefined,
  options: ParseStatsOptions = {},
): ParsedFileStats {
  const json = parseObject(text)
  const { minValues, maxValues, nullCount } = json
  const exact = options.exact === true
  const find = (tree: JsonValue | undefined, path: readonly string[]): JsonValue | undefined =>
    valueAt(tree, physicalPath(schema, path))
  const bound = (path: readonly string[], side: 'min' | 'max'): PhysicalValue | undefined => {
    const field = fieldAt(schema, path)
    return field && statsBound(field, find(side === 'min' ? minValues : maxValues, path), side, exact)
  }
  return {
    numRecords: count(json.numRecords),
    tightBounds: json.tightBounds !== false,
    nullCount: (path) => count(find(nullCount, path)),
    min: (path) => bound(path, 'min'),
    max: (path) => bound(path, 'max'),
    mayHoldNaN(path) {
      const type = fieldAt(schema, path)?.type.type
      if (type !== 'float' && type !== 'double') return false
      return !exact || bound(path, 'max') === undefined
    },
  }
}

function parseObject(text: string | undefined): JsonObject {
  if (text === undefined) return {}
  try {
    const json = parseJson(text, 'stats')
    return isJsonObject(json) ? json : {}
  } catch {
    return {}
  }
}

function valueAt(tree: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  let value = tree
  for (const name of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/**
 * A bound as statistics have it, in physical form, widened where its text may say less than it should; nothing for what is
 * no bound of the column.
 * @param exact as in {@link ParseStatsOptions}.
 */
export function statsBound(
  field: StructField,
  value: JsonValue | undefined,
  side: 'min' | 'max',
  exact: boolean,
): PhysicalValue | undefined {
  const bound = parseBound(field.type, value, side, exact)
  if (typeof bound !== 'number' || !isWidenedFloat(field)) return bound
  // The text may have the digits of a float or of a double: the wider of the two readings bounds both.
  return side === 'min' ? Math.min(bound, Math.fround(bound)) : Math.max(bound, Math.fround(bound))
}

function parseBound(
  type: DeltaType,
  value: JsonValue | undefined,
  side: 'min' | 'max',
  exact: boolean,
): PhysicalValue | undefined {
  switch (type.type) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
      return typeof value === 'bigint' || Number.isInteger(value) ? integer(value) : undefined
    case 'float':
      return floatBound(parseNumber(value))
    case 'double':
      return parseNumber(value)
    case 'decimal':
      return decimalBound(value, type.scale, side, exact)
    case 'string':
      return typeof value === 'string' ? value : undefined
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'date':
      return typeof value === 'string' ? parseDate(value) : undefined
    case 'timestamp':
      return typeof value === 'string' ? timestampBound(parseTimestamp(value, 'required'), side) : undefined
    case 'timestamp_ntz':
      return typeof value === 'string' ? timestampBound(parseTimestampNtz(value, 'utc'), side) : undefined
    default:
      return undefined
  }
}

function integer(value: JsonValue | undefined): number | bigint | undefined {
  if (typeof value === 'bigint') return value
  return typeof value === 'number' && Number.isSafeInteger(value) ? value + 0 : undefined
}

/** Spark writes NaN and the infinities as strings. */
function parseNumber(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof JsonNumber) return Number.isFinite(Number(value.text)) ? Number(value.text) : undefined
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value)
  return undefined
}

/** Float bounds are printed with the digits of a float: only rounded back to 32 bits do they bound. */
function floatBound(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.fround(value)
}

function decimalBound(
  value: JsonValue | undefined,
  scale: number,
  side: 'min' | 'max',
  exact: boolean,
): number | bigint | undefined {
  const text = value instanceof JsonNumber ? value.text : value
  if (typeof text !== 'number' && typeof text !== 'bigint' && typeof text !== 'string') return undefined
  const unscaled = parseDecimal(String(text), scale, side === 'min' ? 'down' : 'up')
  if (unscaled === undefined || exact) return unscaled
  // A handful of roundings to 53 bits lies well within 2^-48 of the value.
  const magnitude = BigInt(unscaled < 0 ? -unscaled : unscaled)
  const slack = (magnitude >> 48n) + 1n
  return narrowInteger(BigInt(unscaled) + (side === 'min' ? -slack : slack))
}

/** Writers cut timestamps to milliseconds, so the maximum reaches up to the next one. */
function timestampBound(micros: number | bigint | undefined, side: 'min' | 'max'): number | bigint | undefined {
  if (micros === undefined || side === 'min') return micros
  return narrowInteger(BigInt(micros) + 999n)
}
