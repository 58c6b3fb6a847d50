import { DeltaError } from '../errors.ts'
import { JsonNumber } from '../json.ts'
import {
  CastError,
  describeValue,
  leafCaster,
  leafColumns,
  type PhysicalValue,
  type StructType,
  typeName,
} from '../schema/index.ts'
import { findColumn } from './columns.ts'
import type { ColumnRef, ComparisonOp, Predicate } from './predicate.ts'

/**
 * Parses a filter object: `{"price": {"gte": 10, "lt": 20}, "country": {"in": ["DE", "FR"]}}`, all of which must hold.
 * Keys are dotted paths of columns without parts, those inside structs too; of arrays and maps only `isNull` is asked.
 * `and` and `or` take an array of filters, `not` takes one. Operators: `eq ne lt lte gt
 * gte in isNull startsWith`; a bare value means equality, a bare null `isNull`. Literals are those of rows.
 * @throws {DeltaError} `invalid-argument` naming the place in the filter, for an unknown column or operator, or a
 * literal that is not of the column's type.
 */
export function parseFilter(filter: unknown, schema: StructType): Predicate {
  return parseGroup(filter, { schema, at: 'filter' })
}

interface Place {
  readonly schema: StructType
  /** Where in the filter, as in `filter.price.gte`. */
  readonly at: string
}

function parseGroup(filter: unknown, place: Place): Predicate {
  if (!isPlainObject(filter)) return fail(place, 'an object of columns and conditions', describeValue(filter))
  const conditions = Object.entries(filter).flatMap(([key, value]) => parseEntry(key, value, inside(place, key)))
  const [only, ...others] = conditions
  return only !== undefined && others.length === 0 ? only : { op: 'and', children: conditions }
}

function parseEntry(key: string, value: unknown, place: Place): Predicate[] {
  if ((key === 'and' || key === 'or') && Array.isArray(value)) {
    const children = value.map((child: unknown, index) => parseGroup(child, inside(place, String(index))))
    return [{ op: key, children }]
  }
  if (key === 'not' && isPlainObject(value)) return [{ op: 'not', child: parseGroup(value, place) }]
  const column = findColumn(place.schema, key)
  if (column === undefined) return fail(place, oneOfTheColumns(key, place.schema), `the column ${JSON.stringify(key)}`)
  return parseConditions(column, value, place)
}

function parseConditions(column: ColumnRef, value: unknown, place: Place): Predicate[] {
  if (value === null) return [{ op: 'isNull', column }]
  if (Array.isArray(value)) return fail(place, 'a value or an object of operators (a list goes under "in")', 'an array')
  if (!isPlainObject(value)) return [{ op: 'eq', column, value: literal(column, value, place) }]
  const operators = Object.entries(value)
  if (operators.length === 0) return fail(place, `at least one of ${OPERATORS.join(', ')}`, 'none')
  return operators.map(([operator, operand]) => parseOperator(column, operator, operand, inside(place, operator)))
}

const COMPARISONS: readonly string[] = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte'] satisfies ComparisonOp[]
const OPERATORS: readonly string[] = [...COMPARISONS, 'in', 'isNull', 'startsWith']

function isComparison(operator: string): operator is ComparisonOp {
  return COMPARISONS.includes(operator)
}

function parseOperator(column: ColumnRef, operator: string, operand: unknown, place: Place): Predicate {
  if (isComparison(operator)) return { op: operator, column, value: literal(column, operand, place) }
  switch (operator) {
    case 'in': {
      if (!Array.isArray(operand)) return fail(place, 'an array of values', describeValue(operand))
      const values = operand.map((item: unknown, index) => literal(column, item, inside(place, String(index))))
      return { op: 'in', column, values }
    }
    case 'isNull': {
      if (typeof operand !== 'boolean') return fail(place, 'true or false', describeValue(operand))
      const isNull: Predicate = { op: 'isNull', column }
      return operand ? isNull : { op: 'not', child: isNull }
    }
    case 'startsWith':
      if (column.type.type !== 'string') return fail(place, 'a string column', typeName(column.type))
      if (typeof operand !== 'string') return fail(place, 'a text', describeValue(operand))
      return { op: 'startsWith', column, prefix: String(literal(column, operand, place)) }
    default:
      return fail(place, `one of the operators ${OPERATORS.join(', ')}`, JSON.stringify(operator))
  }
}

function literal(column: ColumnRef, value: unknown, place: Place): PhysicalValue {
  if (column.type.type === 'array' || column.type.type === 'map') {
    return fail(place, `isNull, the only condition on a column of ${typeName(column.type)}`, 'another')
  }
  try {
    const physical = leafCaster(column.type)(value)
    if (physical !== null) return physical
  } catch (cause) {
    if (!(cause instanceof CastError)) throw cause
    return fail(place, cause.expected, cause.found, cause)
  }
  return fail(place, `a value of ${typeName(column.type)} (for null say {"isNull": true})`, 'null')
}

/** Objects that only hold members; a `Date`, bytes or an exact number is a value. */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return !(value instanceof Date || value instanceof Uint8Array || value instanceof JsonNumber)
}

function oneOfTheColumns(name: string, schema: StructType): string {
  const names = leafColumns(schema).map(({ path }) => path.join('.'))
  const lower = name.toLowerCase()
  if (names.filter((other) => other.toLowerCase() === lower).length > 1) return 'a name that means one column only'
  const shown = names.length > MAX_NAMES ? [...names.slice(0, MAX_NAMES), `${names.length - MAX_NAMES} more`] : names
  return `one of the columns ${shown.join(', ')}`
}

/** How many columns a message lists. */
const MAX_NAMES = 20

function inside(place: Place, key: string): Place {
  return { ...place, at: `${place.at}.${key}` }
}

function fail(place: Place, expected: string, found: string, cause?: unknown): never {
  throw new DeltaError('invalid-argument', `${place.at}: expected ${expected}, found ${found}`, { cause })
}
