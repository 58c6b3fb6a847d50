import { JsonNumber } from '../json.ts'
import { leafCaster, rowValue } from '../schema/index.ts'
import { AMOUNT_TYPE, type ValuePolicy } from './cast-policy.ts'
import { parseDay, parseInstant } from './iso-time.ts'
import { formatPublicJson, isObject } from './public-json.ts'

/**
 * What is to be said of a value that came in: it did not fit and is null; a whole number as text was beyond ±2^53, so its
 * last digits may differ; half a surrogate pair, which no UTF-8 can hold, became U+FFFD.
 */
export type CastProblem = 'CAST_FAILED' | 'PRECISION_LOSS' | 'ILL_FORMED_TEXT'

export interface CastResult {
  /** The value in the form in which rows come in. */
  readonly value: unknown
  readonly problem?: CastProblem
}

/** The amount and the currency of a MONEY value. */
export interface Money {
  readonly amount: string | null
  readonly currencyCode: string | null
}

const FAILED: CastResult = { value: null, problem: 'CAST_FAILED' }
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const WHOLE = /^-?\d+$/
const EXACT = 2n ** 53n

const CASTS: Readonly<Record<ValuePolicy, (value: unknown) => CastResult>> = {
  TO_STRING: castText,
  TRY_NUMBER: castNumber,
  TRY_BOOLEAN: castBoolean,
  TRY_DATE_ISO: (value) => found(typeof value === 'string' ? parseDay(value) : undefined),
  TRY_TIMESTAMP_ISO_UTC: (value) => found(typeof value === 'string' ? parseInstant(value) : undefined),
  MONEY_MINOR_UNITS: castMoney,
  JSON_TEXT: (value) => found(formatPublicJson(value)),
}

/** Casts one value. Never throws: what does not fit is null and says so. Null and absent are null and nothing to say. */
export function castValue(policy: ValuePolicy, value: unknown): CastResult {
  return value === null || value === undefined ? { value: null } : CASTS[policy](value)
}

function found(value: unknown): CastResult {
  return value === undefined ? FAILED : { value }
}

function castText(value: unknown): CastResult {
  if (typeof value !== 'string') return found(formatPublicJson(value))
  return value.isWellFormed() ? { value } : { value: value.toWellFormed(), problem: 'ILL_FORMED_TEXT' }
}

function castNumber(value: unknown): CastResult {
  if (typeof value === 'number') return Number.isFinite(value) ? { value } : FAILED
  const text = numberText(value)
  const number = Number(text)
  if (text === undefined || !Number.isFinite(number)) return FAILED
  return WHOLE.test(text) && isBeyondExact(text) ? { value: number, problem: 'PRECISION_LOSS' } : { value: number }
}

/** Numbers that a double cannot hold come as `bigint` or {@link JsonNumber} from an exact parser. */
function numberText(value: unknown): string | undefined {
  if (typeof value === 'bigint') return String(value)
  if (value instanceof JsonNumber) return value.text
  const text = typeof value === 'string' ? value.trim() : ''
  return NUMBER.test(text) ? text : undefined
}

function isBeyondExact(digits: string): boolean {
  // Zeros in front first: reading a long integer takes time that grows faster than its length.
  const integer = BigInt(digits.replace(/^(-?)0+(?=\d)/, '$1'))
  return integer > EXACT || integer < -EXACT
}

function castBoolean(value: unknown): CastResult {
  if (typeof value === 'boolean') return { value }
  if (value === 0 || value === 1) return { value: value === 1 }
  const word = typeof value === 'string' ? value.toLowerCase() : ''
  return word === 'true' || word === 'false' ? { value: word === 'true' } : FAILED
}

/** `{amount, currencyCode}`, either of which may be missing, or an amount alone. */
function castMoney(value: unknown): CastResult {
  if (isAmount(value)) return castMoney({ amount: value })
  if (!isObject(value)) return FAILED
  const { amount = null, currencyCode = null } = value
  if (amount === null && currencyCode === null) return FAILED
  if ((amount !== null && !isAmount(amount)) || (currencyCode !== null && typeof currencyCode !== 'string'))
    return FAILED
  const decimal = amount === null ? null : decimalText(amount)
  if (decimal === undefined) return FAILED
  const money: Money = { amount: decimal, currencyCode: currencyCode?.toWellFormed() ?? null }
  return currencyCode?.isWellFormed() === false ? { value: money, problem: 'ILL_FORMED_TEXT' } : { value: money }
}

function isAmount(value: unknown): value is number | bigint | JsonNumber {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof JsonNumber
}

const castAmount = leafCaster(AMOUNT_TYPE)
const amountOut = rowValue(AMOUNT_TYPE)

function decimalText(amount: number | bigint | JsonNumber): string | undefined {
  try {
    return String(amountOut(castAmount(amount)))
  } catch {
    // More digits than the column has: not rounded, for it is money.
    return undefined
  }
}
