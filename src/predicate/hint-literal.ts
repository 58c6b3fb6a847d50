import { CastError, type DeltaType, leafCaster, type PhysicalValue } from '../schema/index.ts'

/** A constant of a hint: quoted text, or a bare number or boolean as it was written. */
export interface HintConstant {
  readonly text: string
  readonly quoted: boolean
}

/**
 * A constant as a physical value that compares with the column exactly as the column's own values do; null where the
 * hint's meaning depends on a cast or a time zone that we would have to guess.
 */
export function hintLiteral(type: DeltaType, { text, quoted }: HintConstant): PhysicalValue | null {
  switch (type.type) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
      // No range of the narrower types here: `smallint < 100000` is a fair question. Physical integers compare alike.
      return /^-?\d{1,19}$/.test(text) ? cast({ type: 'long' }, BigInt(text)) : null
    case 'float':
    case 'double':
      // A float column is compared with the double itself: rounding the constant would move the border.
      return NUMBER.test(text) || (quoted && NOT_FINITE.has(text)) ? Number(text) : null
    case 'decimal':
      return isExactDecimal(type.precision, text, quoted) ? cast(type, text) : null
    case 'boolean':
      return BOOLEANS.get(text.toLowerCase()) ?? null
    case 'string':
    case 'date':
    case 'timestamp':
    case 'timestamp_ntz':
      return quoted ? cast(type, text) : null
    default:
      return null
  }
}

/** Next to quoted text or an exponent SQL compares decimals as doubles, which hold 15 digits. */
function isExactDecimal(precision: number, text: string, quoted: boolean): boolean {
  return precision <= 15 || (!quoted && !/[eE]/.test(text))
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const NOT_FINITE: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity'])
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

function cast(type: DeltaType, value: unknown): PhysicalValue | null {
  try {
    return leafCaster(type)(value)
  } catch (error) {
    if (error instanceof CastError) return null
    throw error
  }
}
