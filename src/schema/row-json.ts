import { DeltaError } from '../errors.ts'
import { JsonNumber } from '../json.ts'
import { encodeBase64 } from './base64.ts'
import { CastError, describeValue, entryStep, fieldStep, within } from './cast-error.ts'
import { isPlainObject, type Members, memberReader } from './members.ts'
import type { Row } from './row.ts'
import { formatTimestamp, microsFromMillis } from './timestamp.ts'
import { toJsonText } from './to-text.ts'
import { typeName } from './type-name.ts'
import type { DeltaType, StructField, StructType } from './types.ts'

/**
 * The function that prints a row (in the form in which rows go out) as one line of JSON, without the line break: every
 * column of the schema in its order, nulls written out; integers and decimals as exact number tokens of any length; NaN
 * and infinities as strings; timestamps with six digits; binary as base64; structs as objects, maps with string keys as
 * objects and other maps as arrays of `{"key", "value"}`; a variant as JSON, its decimals as strings.
 * @throws {DeltaError} by the function, `invalid-argument` for a value that is not of its column's type.
 */
export function formatRowJson(schema: StructType): (row: Row) => string {
  return membersText(schema.fields, (column, error) => (error instanceof CastError ? misfit(column, error) : error))
}

function misfit(column: string, error: CastError): DeltaError {
  return new DeltaError('invalid-argument', `column ${column}${error.path}: ${error.message}`, { column, cause: error })
}

/** Prints the members of an object that are fields; `locate` gives the error of a member as one of the object. */
function membersText(
  fields: readonly StructField[],
  locate: (name: string, error: unknown) => unknown,
): (object: Members) => string {
  const members = fields.map(({ name, type }) => {
    return { name, key: `${JSON.stringify(name)}:`, read: memberReader(name), text: valueText(type) }
  })
  return (object) => {
    let json = ''
    let at = ''
    try {
      for (const { name, key, read, text } of members) {
        at = name
        json += `${json === '' ? '' : ','}${key}${text(read(object))}`
      }
    } catch (error) {
      throw locate(at, error)
    }
    return `{${json}}`
  }
}

/** Prints any value of a type. @throws {CastError} when it is not of the type. */
type ValueText = (value: unknown) => string

/** The function that prints one value as JSON, in the way of {@link formatRowJson}. */
export function valueText(type: DeltaType): ValueText {
  const format = formatOf(type)
  return (value) => {
    if (value === null || value === undefined) return 'null'
    const text = format(value)
    if (text === undefined) throw new CastError(`${typeName(type)} to print`, describeValue(value))
    return text
  }
}

/** Prints a value that is not null; undefined when it is not of the type. @throws {CastError} for a part of it that is not. */
type ValueFormat = (value: unknown) => string | undefined

function formatOf(type: DeltaType): ValueFormat {
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
    case 'struct':
      return structText(type)
    case 'array':
      return arrayText(valueText(type.elementType))
    case 'map':
      return mapText(type.keyType, valueText(type.valueType))
    case 'variant':
      return (value) => toJsonText(value) ?? undefined
  }
}

function structText({ fields }: StructType): ValueFormat {
  const text = membersText(fields, (name, error) => within(fieldStep(name), error))
  return (value) => (isPlainObject(value) ? text(value) : undefined)
}

function arrayText(text: ValueText): ValueFormat {
  return (value) => {
    if (!Array.isArray(value)) return undefined
    let json = ''
    let i = 0
    try {
      for (; i < value.length; i++) json += `${i === 0 ? '' : ','}${text(value[i])}`
    } catch (error) {
      throw within(`[${i}]`, error)
    }
    return `[${json}]`
  }
}

function mapText(keyType: DeltaType, text: ValueText): ValueFormat {
  const keyText = valueText(keyType)
  const isObject = keyType.type === 'string'
  const [open, between, close] = isObject ? ['', ':', ''] : ['{"key":', ',"value":', '}']
  return (value) => {
    if (!(value instanceof Map)) return undefined
    let json = ''
    let at: unknown
    try {
      for (const [key, item] of value) {
        at = key
        json += `${json === '' ? '' : ','}${open}${keyText(key)}${between}${text(item)}${close}`
      }
    } catch (error) {
      throw within(entryStep(at), error)
    }
    return isObject ? `{${json}}` : `[${json}]`
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
