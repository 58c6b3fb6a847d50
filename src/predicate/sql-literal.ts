import type { DeltaType, PhysicalValue } from '../schema/index.ts'
import { hintLiteral } from './hint-literal.ts'
import type { SqlConstant } from './sql-expression.ts'

/**
 * A constant of SQL as a physical value that compares with a column exactly as the column's own values do; null where
 * that depends on a cast or a time zone that we would have to guess, and for null itself.
 */
export function sqlLiteral(type: DeltaType, { form, text }: SqlConstant): PhysicalValue | null {
  switch (form) {
    case 'null':
      return null
    case 'date':
    case 'timestamp':
    case 'timestamp_ntz':
      return form === type.type ? hintLiteral(type, { text, quoted: true }) : null
    case 'number':
      // Whole numbers next to a float are compared as floats, which hold them up to 2^24.
      if (type.type === 'float' && Math.abs(Number(text)) > MAX_WHOLE_FLOAT) return null
      return hintLiteral(type, { text, quoted: false })
    case 'text': {
      const value = hintLiteral(type, { text, quoted: true })
      return isOfType(type, value) ? value : null
    }
    default:
      return hintLiteral(type, { text, quoted: false })
  }
}

/** Text next to a number is cast to the number's own type by some, to a wider one by others: only what both hold is certain. */
function isOfType(type: DeltaType, value: PhysicalValue | null): boolean {
  if (type.type === 'float') return Object.is(Math.fround(Number(value)), value)
  const bits = BITS.get(type.type)
  if (bits === undefined) return true
  return Number(value) >= -(2 ** (bits - 1)) && Number(value) < 2 ** (bits - 1)
}

const BITS: ReadonlyMap<DeltaType['type'], number> = new Map([
  ['byte', 8],
  ['short', 16],
  ['integer', 32],
])

const MAX_WHOLE_FLOAT = 2 ** 24
