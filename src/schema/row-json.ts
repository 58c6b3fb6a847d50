import { DeltaError } from '../errors.ts'
import { JsonNumber } from '../json.ts'
import { encodeBase64 } from './base64.ts'
import { describeValue } from './cast-error.ts'
import type { Row } from './row.ts'
import { formatTimestamp, microsFromMillis } from './timestamp.ts'
import { typeName } from './type-name.ts'
import type { DeltaType, StructType } from './types.ts'

/**
 * The function that prints a row (in the form in which rows go out) as one line of JSON, without the line break: every
 * column of the schema in its order, nulls written out; integers and decimals as exact number tokens of any length; NaN
 * and infinities as strings; timestamps with six digits; binary as base64.
 * @throws {DeltaError} `unsupported` for a nested column; the function throws `invalid-argument` for a value that is not
 * of its column's type.
 */
export function formatRowJson(schema: StructType): (row: Row) => string {
  const columns = schema.fields.map(({ name, type }) => {
    const format = valueFormat(type)
    const key = `${JSON.stringify(name)}:`
    return (row: Row): string => {
      const value = row[name]
      if (value === null || value === undefined) return `${key}null`
      const text = format(value)
      if (text !== undefined) return key + text
      const found = describeValue(value)
      throw new DeltaError('invalid-argument', `column ${name}: expected ${typeName(type)} to print, found ${found}`, {
        column: name,
      })
    }
  })
  return (row) => {
    let members = ''
    for (const column of columns) members += members === '' ? column(row) : `,${column(row)}`
    return `{${members}}`
  }
}

/** Prints a value that is not null; undefined when it is not of the type. */
type ValueFormat = (value: unknown) => string | undefined

function valueFormat(type: DeltaType): ValueFormat {
  switch (type.type) {
    case 'string':
    case 'date':
      return quoted
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
      return integerToken
    case 'float':
    case 'double':
      return doubleToken
    case 'decimal':
      return decimalToken
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? String(value) : undefined)
    case 'binary':
      return (value) => (value instanceof Uint8Array ? `"${encodeBase64(value)}"` : undefined)
    case 'timestamp':
      return timestampText('Z')
    case 'timestamp_ntz':
      return timestampText('')
    case 'void':
      return () => undefined
    default:
      throw new DeltaError('unsupported', `values of type ${typeName(type)} cannot be printed`)
  }
}

function quoted(value: unknown): string | undefined {
  return typeof value === 'string' ? JSON.stringify(value) : undefined
}

function integerToken(value: unknown): string | undefined {
  return typeof value === 'bigint' || Number.isInteger(value) ? String(value) : undefined
}

function doubleToken(value: unknown): string | undefined {
  if (typeof value !== 'number') return undefined
  if (!Number.isFinite(value)) return `"${value}"`
  return Object.is(value, -0) ? '-0.0' : String(value)
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/

function decimalToken(value: unknown): string | undefined {
  const text = value instanceof JsonNumber ? value.text : value
  return typeof text === 'string' && DECIMAL.test(text) ? text : undefined
}

/** Timestamps in any of the forms in which rows go out. */
function timestampText(suffix: 'Z' | ''): ValueFormat {
  return (value) => {
    if (typeof value === 'string') return JSON.stringify(value)
    if (typeof value === 'bigint') return `"${formatTimestamp(value, suffix)}"`
    if (value instanceof Date && !Number.isNaN(value.getTime())) {
      return `"${formatTimestamp(microsFromMillis(value.getTime()), suffix)}"`
    }
    return undefined
  }
}
