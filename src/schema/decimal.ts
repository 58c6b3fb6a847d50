import { narrowInteger } from './integer.ts'

/** A decimal's unscaled integer: `number` within ±(2^53−1), else `bigint`. */
export type Unscaled = number | bigint

/** Delta's decimals have at most 38 digits (PROTOCOL.md "Primitive Types"). */
export const MAX_PRECISION = 38

const DECIMAL_TEXT = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,6}))?$/
/** Texts longer than this, or scaled by more than this, hold no value of 38 digits: do not build them. */
const MAX_DIGITS = 400

/**
 * The unscaled integer of a decimal text (`-12.50`, `1e3`) at a scale. Undefined when the text is no number, or when it
 * has digits beyond the scale and `rounding` is `'exact'`; `'down'` and `'up'` round towards −∞ and +∞ instead.
 */
export function parseDecimal(
  text: string,
  scale: number,
  rounding: 'exact' | 'down' | 'up' = 'exact',
): Unscaled | undefined {
  if (text.length > MAX_DIGITS) return undefined
  const match = DECIMAL_TEXT.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const digits = whole + fraction
  const shift = scale + Number(exponent) - fraction.length
  const kept = shift >= 0 ? digits : digits.slice(0, Math.max(0, digits.length + shift))
  const dropped = shift >= 0 ? '' : digits.slice(kept.length)
  const zeros = Math.max(0, shift)
  if (zeros > MAX_DIGITS && /[1-9]/.test(kept)) return undefined
  const magnitude = integerOf(kept + '0'.repeat(Math.min(zeros, MAX_DIGITS)))
  const value = sign === '-' ? negate(magnitude) : magnitude
  if (!/[1-9]/.test(dropped)) return value
  if (rounding === 'exact') return undefined
  // `value` is cut towards zero.
  if (sign === '-') return rounding === 'down' ? addOne(value, -1) : value
  return rounding === 'up' ? addOne(value, 1) : value
}

/** Plain notation with exactly `scale` digits after the point: `-0.50`, `12`, `0.00`. */
export function formatDecimal(unscaled: Unscaled, scale: number): string {
  if (scale === 0) return String(unscaled)
  const negative = unscaled < 0
  const digits = String(unscaled)
    .slice(negative ? 1 : 0)
    .padStart(scale + 1, '0')
  const point = digits.length - scale
  return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`
}

/** Whether the unscaled integer has at most `precision` digits. */
export function fitsPrecision(unscaled: Unscaled, precision: number): boolean {
  const limit = LIMITS[precision] ?? 0
  return unscaled < limit && -unscaled < limit
}

/** 10^precision, the first unscaled integer that does not fit; exact as a double up to 10^22. */
const LIMITS: readonly (number | bigint)[] = Array.from({ length: MAX_PRECISION + 1 }, (_, precision) =>
  precision <= 22 ? 10 ** precision : 10n ** BigInt(precision),
)

function integerOf(digits: string): Unscaled {
  return digits.length <= 15 ? Number(digits) : narrowInteger(BigInt(digits))
}

function negate(value: Unscaled): Unscaled {
  return value === 0 ? 0 : -value
}

function addOne(value: Unscaled, step: 1 | -1): Unscaled {
  return narrowInteger(BigInt(value) + BigInt(step))
}
