import { DeltaError } from '../errors.ts'
import { JsonNumber } from '../json.ts'
import { describeValue } from './cast-error.ts'
import { isDouble } from './cast-number.ts'
import { parseDecimal } from './decimal.ts'
import { INT64_MAX, INT64_MIN } from './integer.ts'
import type { Row } from './row.ts'
import type { DeltaType, StructType } from './types.ts'

/** A schema read off rows, and what somebody should know about it. */
export interface InferredSchema {
  /** Columns in the order in which they first appeared, all nullable. */
  readonly schema: StructType
  /** One sentence a column whose type is a compromise. */
  readonly notices: readonly string[]
  /** Columns that became `string` because their values were mixed: `rowsAsText` makes the rows fit. */
  readonly textColumns: readonly string[]
}

/** Inference over rows that come in batches. */
export interface SchemaInference {
  /** @throws {DeltaError} `unsupported` for a nested value, `invalid-argument` for a row that is no object. */
  add(rows: readonly Row[]): void
  result(): InferredSchema
}

/** The schema of rows that are all at hand; see {@link schemaInference}. */
export function inferSchema(rows: readonly Row[]): InferredSchema {
  const inference = schemaInference()
  inference.add(rows)
  return inference.result()
}

/**
 * Finds the narrowest type that holds every value of a column: whole numbers → `long` (`decimal(38,0)` beyond 64 bits),
 * any fraction → `double`, `boolean`, `string`, `Date` → `timestamp`, `Uint8Array` → `binary`. Text is never guessed to
 * be something else. Mixed scalars, and columns without any value, become `string`, with a notice.
 */
export function schemaInference(): SchemaInference {
  const columns = new Map<string, Seen>()
  let rowNumber = 0
  return {
    add(rows) {
      for (const row of rows) {
        rowNumber++
        checkRow(row, rowNumber)
        for (const name of Object.keys(row)) {
          const seen = columns.get(name) ?? 0
          columns.set(name, seen | kindOf(row[name], name, rowNumber))
        }
      }
    },
    result() {
      const settled = [...columns].map(([name, seen]) => ({ name, ...settle(name, seen) }))
      return {
        schema: {
          type: 'struct',
          fields: settled.map(({ name, type }) => ({ name, type, nullable: true, metadata: {} })),
        },
        notices: settled.flatMap(({ notice }) => (notice === undefined ? [] : [notice])),
        textColumns: settled.filter(({ mixed }) => mixed === true).map(({ name }) => name),
      }
    },
  }
}

/** The kinds of value met in a column, as a set of bits. */
type Seen = number

const BOOLEAN = 1
/** A whole number that both `long` and `double` hold. */
const EITHER = 2
/** A whole number of 64 bits that a double would round. */
const LONG_ONLY = 4
/** A whole number beyond 64 bits, up to 38 digits, that a double would round. */
const HUGE = 8
/** Such a one that a double holds. */
const HUGE_DOUBLE = 1024
const DOUBLE = 16
/** A decimal fraction with more digits than a double has. */
const LONG_FRACTION = 32
/** A number that fits no type. */
const BOUNDLESS = 64
const TEXT = 128
const INSTANT = 256
const BYTES = 512

function checkRow(row: Row, rowNumber: number): void {
  if (typeof row === 'object' && row !== null && !Array.isArray(row)) return
  throw new DeltaError('invalid-argument', `row ${rowNumber}: expected an object, found ${describeValue(row)}`, {
    row: rowNumber,
  })
}

function kindOf(value: unknown, column: string, row: number): Seen {
  switch (typeof value) {
    case 'string':
      return TEXT
    case 'number':
      // −0 is no whole number: `long` would lose its sign.
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? EITHER : DOUBLE
    case 'boolean':
      return BOOLEAN
    case 'bigint':
      return integerKind(value)
    case 'undefined':
      return 0
    default:
      return value === null ? 0 : objectKind(value, column, row)
  }
}

function integerKind(value: bigint): Seen {
  if (value >= INT64_MIN && value <= INT64_MAX) return isDouble(value) ? EITHER : LONG_ONLY
  if (value <= -(10n ** 38n) || value >= 10n ** 38n) return BOUNDLESS
  return isDouble(value) ? HUGE_DOUBLE : HUGE
}

function objectKind(value: unknown, column: string, row: number): Seen {
  if (value instanceof Date) return INSTANT
  if (value instanceof Uint8Array) return BYTES
  if (value instanceof JsonNumber) {
    const whole = parseDecimal(value.text, 0)
    if (whole !== undefined) return integerKind(BigInt(whole))
    return Number.isFinite(Number(value.text)) ? LONG_FRACTION : BOUNDLESS
  }
  const nested = typeof value === 'object'
  throw new DeltaError(
    nested ? 'unsupported' : 'invalid-argument',
    nested
      ? `row ${row}, column ${column}: found ${describeValue(value)}, and nested values are not supported: flatten it into columns, turn it into JSON text, or leave the column out`
      : `row ${row}, column ${column}: expected a value, found ${describeValue(value)}`,
    { row, column },
  )
}

interface Settled {
  readonly type: DeltaType
  readonly notice?: string
  readonly mixed?: boolean
}

function settle(column: string, seen: Seen): Settled {
  if (seen === 0) return { type: { type: 'string' }, notice: `column ${column} has no value at all: taken as string` }
  const within = (kinds: number): boolean => (seen & ~kinds) === 0
  if (within(BOOLEAN)) return { type: { type: 'boolean' } }
  if (within(EITHER | LONG_ONLY)) return { type: { type: 'long' } }
  if (within(EITHER | LONG_ONLY | HUGE | HUGE_DOUBLE)) {
    return {
      type: { type: 'decimal', precision: 38, scale: 0 },
      notice: `column ${column} has whole numbers beyond 64 bits: taken as decimal(38,0)`,
    }
  }
  if (within(EITHER | HUGE_DOUBLE | DOUBLE)) return { type: { type: 'double' } }
  if (within(EITHER | HUGE_DOUBLE | DOUBLE | LONG_FRACTION)) {
    return {
      type: { type: 'double' },
      notice: `column ${column} has fractions with more digits than a double holds: taken as double, the nearest one; give a schema with a decimal to keep every digit`,
    }
  }
  if (within(TEXT)) return { type: { type: 'string' } }
  if (within(INSTANT)) return { type: { type: 'timestamp' } }
  if (within(BYTES)) return { type: { type: 'binary' } }
  return {
    type: { type: 'string' },
    mixed: true,
    notice: `column ${column} mixes ${kindNames(seen)}: taken as string`,
  }
}

const KIND_NAMES: readonly (readonly [kinds: number, name: string])[] = [
  [BOOLEAN, 'booleans'],
  [EITHER | LONG_ONLY, 'whole numbers'],
  [HUGE | HUGE_DOUBLE | BOUNDLESS, 'numbers beyond 64 bits'],
  [DOUBLE | LONG_FRACTION, 'fractions'],
  [TEXT, 'text'],
  [INSTANT, 'dates'],
  [BYTES, 'bytes'],
]

function kindNames(seen: Seen): string {
  const names = KIND_NAMES.filter(([kinds]) => (seen & kinds) !== 0).map(([, name]) => name)
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
