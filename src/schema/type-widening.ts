import { DeltaError } from '../errors.ts'
import { isJsonObject, type JsonValue } from '../json.ts'
import { formatColumnPath } from './column-path.ts'
import { parseTypeName } from './json.ts'
import { visitFields } from './map-fields.ts'
import type { DeltaType, StructField, StructType } from './types.ts'

/** The key of a field's metadata under which the changes of its type are kept, oldest first. */
const TYPE_CHANGES = 'delta.typeChanges'

/**
 * Lets a schema pass whose columns changed their types only so that the values of older files can be read in the newer
 * type (PROTOCOL.md "Type Widening").
 * @throws {DeltaError} `unsupported` naming column and change; `invalid-data` for a history that cannot be understood.
 */
export function checkTypeChanges(schema: StructType): void {
  visitFields(schema, (field, path) => {
    const column = formatColumnPath(path)
    for (const { fromType, toType } of typeChanges(field, column)) {
      const where = `${TYPE_CHANGES} of column ${column}`
      if (isWidening(parseTypeName(fromType, where), parseTypeName(toType, where))) continue
      throw new DeltaError(
        'unsupported',
        `the type of column ${column} was changed from ${fromType} to ${toType}, which is no widening that Delta knows: its older files cannot be read`,
        { column, feature: 'typeWidening' },
      )
    }
  })
}

/** Whether a type was changed anywhere, so that older files may hold another one. */
export function hasTypeChanges(schema: StructType): boolean {
  let found = false
  visitFields(schema, ({ metadata }) => {
    found ||= Object.hasOwn(metadata, TYPE_CHANGES)
  })
  return found
}

/** Whether the column was of type float once and is of double now. */
export function isWidenedFloat({ type, metadata }: StructField): boolean {
  const changes = metadata[TYPE_CHANGES]
  return type.type === 'double' && Array.isArray(changes) && changes.some((change) => isFromFloat(change))
}

function isFromFloat(change: JsonValue): boolean {
  return isJsonObject(change) && change.fromType === 'float'
}

interface TypeChange {
  readonly fromType: string
  readonly toType: string
}

function typeChanges({ metadata }: StructField, column: string): TypeChange[] {
  const changes = metadata[TYPE_CHANGES]
  if (changes === undefined) return []
  if (!Array.isArray(changes)) throw broken(column, 'it is no array')
  return changes.map((change: JsonValue) => {
    const { fromType, toType } = isJsonObject(change) ? change : {}
    if (typeof fromType === 'string' && typeof toType === 'string') return { fromType, toType }
    throw broken(column, 'a change does not name its fromType and toType')
  })
}

function broken(column: string, problem: string): DeltaError {
  return new DeltaError('invalid-data', `${TYPE_CHANGES} of column ${column} cannot be understood: ${problem}`, {
    column,
  })
}

/** Types in the order in which each includes those before it. */
const INTEGERS: readonly DeltaType['type'][] = ['byte', 'short', 'integer', 'long']

/** Digits before the point that hold every integer. */
const DIGITS = { byte: 10, short: 10, integer: 10, long: 20 } as const

/** Whether a column may come from one type to another by type widening. */
export function isWidening(from: DeltaType, to: DeltaType): boolean {
  switch (from.type) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
      if (to.type === 'double') return from.type !== 'long'
      if (to.type === 'decimal') return to.precision - to.scale >= DIGITS[from.type]
      return INTEGERS.indexOf(to.type) > INTEGERS.indexOf(from.type)
    case 'float':
      return to.type === 'double'
    case 'date':
      return to.type === 'timestamp_ntz'
    case 'decimal':
      return to.type === 'decimal' && to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale
    default:
      return false
  }
}
