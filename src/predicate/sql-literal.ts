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
    default:
      return hintLiteral(type, { text, quoted: form === 'text' })
  }
}

const MAX_WHOLE_FLOAT = 2 ** 24
