import { JsonNumber } from '../json.ts'
import { isDouble } from './cast-number.ts'
import { parseDecimal } from './decimal.ts'
import { INT64_MAX, INT64_MIN } from './integer.ts'
import type { DeltaType } from './types.ts'

/** The kinds of value met at one place of the rows, as a set of bits. */
export type Kinds = number

const BOOLEAN = 1
/** A whole number that both `long` and `double` hold. */
const EITHER = 2
/** A whole number of 64 bits that a double would round. */
const LONG_ONLY = 4
/** A whole number beyond 64 bits, up to 38 digits, that a double would round. */
const HUGE = 8
/** Such a one that a double holds. */
const HUGE_DOUBLE = 1024
export const DOUBLE = 16
/** A decimal fraction with more digits than a double has. */
const LONG_FRACTION = 32
/** A number that fits no type. */
const BOUNDLESS = 64
const TEXT = 128
const INSTANT = 256
const BYTES = 512
export const OBJECT = 2048
export const LIST = 4096
export const MAP = 8192

/** The kind of a value without parts: 0 for null and undefined; undefined for what is no such value. */
export function scalarKind(value: unknown): Kinds | undefined {
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
    case 'object':
      return value === null ? 0 : objectKind(value)
    default:
      return undefined
  }
}

function integerKind(value: bigint): Kinds {
  if (value >= INT64_MIN && value <= INT64_MAX) return isDouble(value) ? EITHER : LONG_ONLY
  if (value <= -(10n ** 38n) || value >= 10n ** 38n) return BOUNDLESS
  return isDouble(value) ? HUGE_DOUBLE : HUGE
}

function objectKind(value: object): Kinds | undefined {
  if (value instanceof Date) return INSTANT
  if (value instanceof Uint8Array) return BYTES
  if (!(value instanceof JsonNumber)) return undefined
  const whole = parseDecimal(value.text, 0)
  if (whole !== undefined) return integerKind(BigInt(whole))
  return Number.isFinite(Number(value.text)) ? LONG_FRACTION : BOUNDLESS
}

/** The type that holds values of some kinds. */
export interface ScalarType {
  readonly type: DeltaType
  /** What somebody should know about it, as the rest of a sentence that begins with the column. */
  readonly compromise?: string
}

/** The narrowest type for values without parts; undefined where they have nothing in common but that they are text. */
export function scalarType(kinds: Kinds): ScalarType | undefined {
  if (kinds === 0) return { type: { type: 'string' }, compromise: 'has no value at all: taken as string' }
  const within = (others: Kinds): boolean => (kinds & ~others) === 0
  if (within(BOOLEAN)) return { type: { type: 'boolean' } }
  if (within(EITHER | LONG_ONLY)) return { type: { type: 'long' } }
  if (within(EITHER | LONG_ONLY | HUGE | HUGE_DOUBLE)) {
    return {
      type: { type: 'decimal', precision: 38, scale: 0 },
      compromise: 'has whole numbers beyond 64 bits: taken as decimal(38,0)',
    }
  }
  if (within(EITHER | HUGE_DOUBLE | DOUBLE)) return { type: { type: 'double' } }
  if (within(EITHER | HUGE_DOUBLE | DOUBLE | LONG_FRACTION)) {
    return {
      type: { type: 'double' },
      compromise:
        'has fractions with more digits than a double holds: taken as double, the nearest one; give a schema with a decimal to keep every digit',
    }
  }
  if (within(TEXT)) return { type: { type: 'string' } }
  if (within(INSTANT)) return { type: { type: 'timestamp' } }
  return within(BYTES) ? { type: { type: 'binary' } } : undefined
}

const KIND_NAMES: readonly (readonly [kinds: number, name: string])[] = [
  [BOOLEAN, 'booleans'],
  [EITHER | LONG_ONLY, 'whole numbers'],
  [HUGE | HUGE_DOUBLE | BOUNDLESS, 'numbers beyond 64 bits'],
  [DOUBLE | LONG_FRACTION, 'fractions'],
  [TEXT, 'text'],
  [INSTANT, 'dates'],
  [BYTES, 'bytes'],
  [OBJECT, 'objects'],
  [LIST, 'arrays'],
  [MAP, 'maps'],
]

/** Kinds as a message lists them. */
export function kindNames(seen: Kinds): string {
  const names = KIND_NAMES.filter(([kinds]) => (seen & kinds) !== 0).map(([, name]) => name)
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
