import { CastError, type DeltaType, leafCaster, type PhysicalValue, type StructType } from '../schema/index.ts'
import { findColumn } from './columns.ts'
import type { ColumnRef, ComparisonOp, Predicate } from './predicate.ts'

/** A constant of a hint: quoted text, or a bare number or boolean as it was written. */
export interface HintConstant {
  readonly text: string
  readonly quoted: boolean
}

/**
 * The column that a hint names, if its values compare as plain bytes do: a CHAR is padded by some readers before it is
 * compared, and a collation has an order of its own.
 */
export function hintColumn(schema: StructType, name: string): ColumnRef | undefined {
  const column = findColumn(schema, name)
  const { metadata = {} } = schema.fields.find((field) => field.name === column?.path[0]) ?? {}
  const sqlType = metadata.__CHAR_VARCHAR_TYPE_STRING
  const isPadded = typeof sqlType === 'string' && sqlType.toLowerCase().startsWith('char')
  return isPadded || metadata.__COLLATIONS !== undefined ? undefined : column
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

/** A comparison of a column with a hint's constant; null where the constant is not understood. */
export function hintComparison(op: ComparisonOp, column: ColumnRef, constant: HintConstant): Predicate | null {
  const value = hintLiteral(column.type, constant)
  return value === null ? null : { op, column, value }
}
