import { DeltaError, isDeltaError, messageOf } from '../errors.ts'
import { JsonNumber } from '../json.ts'
import { parseSqlConstant, type SqlConstant } from '../predicate/index.ts'
import type { Runtime } from '../runtime.ts'
import { CastError, leafCaster, type StructField, type StructType } from '../schema/index.ts'
import type { Filler } from './fill-columns.ts'

/** Fills the columns of a table that have a default (PROTOCOL.md "Default Columns"); all rows of a write at one moment. */
export function defaultFillers(schema: StructType, runtime: Runtime): Filler[] {
  return schema.fields.flatMap((field) => {
    const { CURRENT_DEFAULT: sql } = field.metadata
    if (sql === undefined) return []
    const value = defaultValue(field, String(sql), runtime)
    return [{ column: field.name, value }]
  })
}

/** The default of a column; asked for it, one that is beyond us says so. */
function defaultValue(field: StructField, sql: string, runtime: Runtime): Filler['value'] {
  if (NOW.test(sql) && field.type.type === 'timestamp') {
    const now = new Date(runtime.now())
    return () => now
  }
  try {
    const value = rowValueOf(field, parseSqlConstant(sql))
    return () => value
  } catch (cause) {
    if (!(isDeltaError(cause) || cause instanceof CastError)) throw cause
    return (row) => {
      const message = `row ${row} has no value for the column ${JSON.stringify(field.name)}, whose default ${sql} cannot be evaluated (allowColumnDefaults): ${messageOf(cause)}; give the value in the row`
      throw new DeltaError('unsupported', message, { feature: 'allowColumnDefaults', row, column: field.name, cause })
    }
  }
}

const NOW = /^\s*(?:current_timestamp\s*(?:\(\s*\))?|now\s*\(\s*\))\s*$/i

/** The constant as a row would bring it. @throws {CastError | DeltaError} when it is not certain what that is. */
function rowValueOf(field: StructField, { form, text }: SqlConstant): unknown {
  const { type, metadata } = field
  if (form === 'null') return null
  const isTyped = form === 'date' || form === 'timestamp' || form === 'timestamp_ntz'
  if (isTyped && form !== type.type) throw new CastError(`a constant of type ${type.type}`, `one of type ${form}`)
  // A row spells binary as base64, which a text of SQL is not.
  if (type.type === 'binary') throw new CastError('a constant of type binary', `one of type ${form}`)
  const sqlType = metadata.__CHAR_VARCHAR_TYPE_STRING
  if (typeof sqlType === 'string') throw new CastError('text of any length', sqlType)
  const value = form === 'number' ? new JsonNumber(text) : form === 'boolean' ? text === 'true' : text
  leafCaster(type)(value)
  return value
}
