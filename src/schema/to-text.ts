import { DeltaError } from '../errors.ts'
import { JsonNumber } from '../json.ts'
import { encodeBase64 } from './base64.ts'
import { describeValue } from './cast-error.ts'
import type { Row } from './row.ts'
import { formatTimestamp, microsFromMillis } from './timestamp.ts'

/**
 * The text of any scalar, for a column that became `string` because its values were mixed: as rows as JSON spell it,
 * without quotes. Null and undefined are null.
 * @throws {DeltaError} `invalid-argument` for anything that is no scalar.
 */
export function toText(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return Object.is(value, -0) ? '-0.0' : String(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'undefined':
      return null
    default:
      if (value === null) return null
      if (value instanceof JsonNumber) return value.text
      if (value instanceof Uint8Array) return encodeBase64(value)
      if (value instanceof Date && !Number.isNaN(value.getTime())) {
        return formatTimestamp(microsFromMillis(value.getTime()), 'Z')
      }
      throw new DeltaError('invalid-argument', `expected a scalar to write as text, found ${describeValue(value)}`)
  }
}

/** The function that gives a row with the named columns as text; without such columns, the row itself. */
export function rowsAsText(columns: readonly string[]): (row: Row) => Row {
  if (columns.length === 0) return (row) => row
  return (row) => ({ ...row, ...Object.fromEntries(columns.map((name) => [name, toText(row[name])])) })
}
