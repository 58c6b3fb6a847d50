import { JsonNumber } from '../json.ts'
import { CastError, describeValue } from './cast-error.ts'
import { fitsPrecision, parseDecimal, type Unscaled } from './decimal.ts'
import { INT64_MAX, INT64_MIN, narrowInteger } from './integer.ts'
import { typeName } from './type-name.ts'
import type { DecimalType } from './types.ts'

/** Numbers of 8, 16 and 32 bits. Text is not taken for a number. */
export function integerCaster(name: string, bits: 8 | 16 | 32): (value: unknown) => number | null {
  const min = -(2 ** (bits - 1))
  const max = 2 ** (bits - 1) - 1
  return (value) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value + 0
    if (value === null || value === undefined) return null
    const integer = integerOf(value)
    if (integer !== undefined && integer >= min && integer <= max) return Number(integer)
    throw new CastError(`${name}, a whole number from ${min} to ${max}`, describeValue(value))
  }
}

/** A `number` must be a safe integer: a larger one may already have lost digits. `bigint` reaches over all 64 bits. */
export function castLong(value: unknown): Unscaled | null {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value + 0
  if (value === null || value === undefined) return null
  const integer = integerOf(value)
  if (integer !== undefined && integer >= INT64_MIN && integer <= INT64_MAX) return integer
  const expected =
    typeof value === 'number' && Number.isInteger(value)
      ? 'long, where a whole number beyond ±(2^53−1) must come as bigint'
      : 'long, a whole number of 64 bits'
  throw new CastError(expected, describeValue(value))
}

/** Any number; `bigint` only where {@link isDouble} says so. `"NaN"` and `"±Infinity"` as rows as JSON spell them. */
export function castDouble(value: unknown): number | null {
  if (typeof value === 'number') return value
  if (value === null || value === undefined) return null
  const number = doubleOf(value)
  if (number !== undefined) return number
  throw new CastError('double, a number', describeValue(value))
}

/**
 * The unscaled integer of a number's shortest decimal text, without printing it: a guess that is checked. Decimals of up
 * to 15 digits each have a double of their own, and the division, of two exact doubles, is rounded right: where it gives
 * the value back, no other text of 15 digits does, nor a shorter one. Undefined where this proves nothing.
 */
function unscaledOf(value: number, scale: number): number | undefined {
  const factor = POWERS_OF_TEN[scale]
  if (factor === undefined) return undefined
  const guess = Math.round(value * factor)
  return Math.abs(guess) < 1e15 && guess / factor === value ? guess + 0 : undefined
}

/** The ones that are exact as doubles. */
const POWERS_OF_TEN: readonly number[] = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/** As {@link castDouble}, then rounded to the nearest of 32 bits; a finite number must stay finite. */
export function castFloat(value: unknown): number | null {
  if (value === null || value === undefined) return null
  const number = typeof value === 'number' ? value : doubleOf(value)
  if (number === undefined) throw new CastError('float, a number', describeValue(value))
  const rounded = Math.fround(number)
  if (Number.isFinite(number) && !Number.isFinite(rounded)) {
    throw new CastError('float, a number within ±3.4028235e38', describeValue(value))
  }
  return rounded
}

/**
 * The unscaled integer of text (`"12.50"`), `bigint` or `number`, the last by its shortest decimal text. More digits
 * than the column has, before or after the point, are refused, never rounded.
 */
export function decimalCaster(type: DecimalType): (value: unknown) => Unscaled | null {
  const { precision, scale } = type
  return (value) => {
    if (value === null || value === undefined) return null
    let unscaled: Unscaled | undefined
    if (typeof value === 'number') unscaled = unscaledOf(value, scale) ?? parseDecimal(String(value), scale)
    else if (typeof value === 'string') unscaled = parseDecimal(value, scale)
    else if (typeof value === 'bigint') unscaled = parseDecimal(String(value), scale)
    else if (value instanceof JsonNumber) unscaled = parseDecimal(value.text, scale)
    if (unscaled !== undefined && fitsPrecision(unscaled, precision)) return unscaled
    throw new CastError(
      `${typeName(type)}, at most ${precision - scale} digits before and ${scale} after the point`,
      describeValue(value),
    )
  }
}

/**
 * Whether an integer stands for one double: its exact value, or the digits with which it is printed, as
 * 24734224883908610 is for 24734224883908608.
 */
export function isDouble(integer: bigint): boolean {
  const number = Number(integer)
  return Number.isFinite(number) && (BigInt(number) === integer || String(number) === String(integer))
}

function integerOf(value: unknown): Unscaled | undefined {
  if (typeof value === 'bigint') return narrowInteger(value)
  return value instanceof JsonNumber ? parseDecimal(value.text, 0) : undefined
}

function doubleOf(value: unknown): number | undefined {
  if (value === 'NaN') return Number.NaN
  if (value === 'Infinity') return Number.POSITIVE_INFINITY
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY
  if (typeof value === 'bigint') return isDouble(value) ? Number(value) : undefined
  if (value instanceof JsonNumber) {
    // A decimal fraction stands for its nearest double, as in every JSON parser; an overflow stands for none.
    const number = Number(value.text)
    return Number.isFinite(number) ? number : undefined
  }
  return undefined
}
