import { formatPartitionValue, type PhysicalValue, type StructType } from '../schema/index.ts'
import { comparesAsBytes } from './columns.ts'
import type { ColumnRef, ComparisonOp, Predicate } from './predicate.ts'

/** A node of Delta Sharing's `jsonPredicateHints`, in the words of its protocol and in no others. */
export type JsonHint =
  | { readonly op: 'and'; readonly children: readonly JsonHint[] }
  | { readonly op: 'or'; readonly children: readonly JsonHint[] }
  | { readonly op: HintComparison; readonly children: readonly [HintColumn, HintLiteral] }

type HintComparison = 'equal' | 'lessThan' | 'lessThanOrEqual' | 'greaterThan' | 'greaterThanOrEqual'
type HintColumn = { readonly op: 'column'; readonly name: string; readonly valueType: string }
type HintLiteral = { readonly op: 'literal'; readonly value: string; readonly valueType: string }

/** A filter as a sharing server is told of it. */
export interface PredicateHints {
  readonly json?: JsonHint
  /** What JSON has no type for: conditions that all hold. */
  readonly sql: readonly string[]
}

/** What is known of the columns that a filter asks. */
interface Place {
  readonly schema: StructType
  readonly partitionColumns: readonly string[]
}

/**
 * A filter as hints for a foreign server: every row that matches the filter matches the hints, however the server
 * evaluates them within the protocol. What is not certain to survive that is left out, so hints say less than the filter:
 *
 * - no `not` and no `isNull`: the reference server leaves out files with matches for them;
 * - no lower bounds of doubles: NaN is greater than all numbers here and outside of statistics there;
 * - floats not at all, for their statistics are written as doubles by some and as floats by others;
 * - texts only where UTF-8 and UTF-16 order them alike, and no column whose text is padded or collated;
 * - timestamps in whole milliseconds, as statistics are cut; never of partitions, whose zone nobody knows;
 * - no columns within structs.
 *
 * @see https://github.com/delta-io/delta-sharing/blob/main/PROTOCOL.md "JSON predicates for Filtering"
 */
export function formatHints(
  predicate: Predicate,
  schema: StructType,
  partitionColumns: readonly string[],
): PredicateHints {
  const place = { schema, partitionColumns }
  const json = widened(predicate, false, place)
  const conditions = predicate.op === 'and' ? predicate.children : [predicate]
  return { ...(json && { json }), sql: conditions.flatMap((condition) => sqlOf(condition, place)) }
}

/** More values than this are told by the least and the greatest of them. */
const MAX_VALUES = 50

/** @param negated whether rows are wanted for which the predicate is false. */
function widened(predicate: Predicate, negated: boolean, place: Place): JsonHint | undefined {
  switch (predicate.op) {
    case 'and':
    case 'or': {
      const children = predicate.children.map((child) => widened(child, negated, place))
      return (predicate.op === 'and') === negated ? anyOf(children) : allOf(children)
    }
    case 'not':
      return widened(predicate.child, !negated, place)
    case 'isNull':
      return undefined
    case 'startsWith':
      // What begins with the prefix is not less than it.
      return negated ? undefined : comparison('gte', predicate.column, predicate.prefix, place)
    case 'in':
      return membership(predicate, negated, place)
    default:
      return comparison(negated ? OPPOSITES[predicate.op] : predicate.op, predicate.column, predicate.value, place)
  }
}

const OPPOSITES: Readonly<Record<ComparisonOp, ComparisonOp>> = {
  eq: 'ne',
  ne: 'eq',
  lt: 'gte',
  lte: 'gt',
  gt: 'lte',
  gte: 'lt',
}

/** What cannot be said widens an `and` by its absence. */
function allOf(children: readonly (JsonHint | undefined)[]): JsonHint | undefined {
  const known = children.filter((child) => child !== undefined)
  return known.length > 1 ? { op: 'and', children: known } : known[0]
}

function anyOf(children: readonly (JsonHint | undefined)[]): JsonHint | undefined {
  const known = children.filter((child) => child !== undefined)
  if (known.length < children.length) return undefined
  return known.length > 1 ? { op: 'or', children: known } : known[0]
}

function membership(
  { column, values }: Extract<Predicate, { op: 'in' }>,
  negated: boolean,
  place: Place,
): JsonHint | undefined {
  if (values.length > MAX_VALUES) return undefined
  const children = values.map((value) => comparison(negated ? 'ne' : 'eq', column, value, place))
  return negated ? allOf(children) : anyOf(children)
}

function comparison(op: ComparisonOp, column: ColumnRef, value: PhysicalValue, place: Place): JsonHint | undefined {
  const { path, type } = column
  const [name, ...members] = path
  if (name === undefined || members.length > 0 || !comparesAsBytes(place.schema, column)) return undefined
  const leaf = (op: HintComparison, valueType: string, literal: PhysicalValue = value): JsonHint => {
    const text = formatPartitionValue(type, literal) ?? ''
    return {
      op,
      children: [
        { op: 'column', name, valueType },
        { op: 'literal', value: text, valueType },
      ],
    }
  }
  switch (type.type) {
    case 'boolean': {
      if (op === 'eq') return leaf('equal', 'bool')
      return op === 'ne' ? leaf('equal', 'bool', value !== true) : undefined
    }
    case 'byte':
    case 'short':
    case 'integer':
      return exact(op, (each) => leaf(each, 'int'))
    case 'long':
      // Beyond 2^53 a server may compare doubles, in which neighbours are the same.
      return exact(op, (each) => leaf(typeof value === 'bigint' ? INCLUSIVE[each] : each, 'long'))
    case 'date':
      return exact(op, (each) => leaf(each, 'date'))
    case 'string':
      return ordersAlike(value) ? exact(op, (each) => leaf(each, 'string')) : undefined
    case 'double':
      return ofDouble(op, Number(value), (each, literal) => leaf(each, 'double', literal))
    case 'timestamp':
      if (place.partitionColumns.includes(name)) return undefined
      return ofTimestamp(op, value, (each, literal) => leaf(each, 'timestamp', literal))
    default:
      return undefined
  }
}

const COMPARISONS = {
  eq: 'equal',
  lt: 'lessThan',
  lte: 'lessThanOrEqual',
  gt: 'greaterThan',
  gte: 'greaterThanOrEqual',
} as const satisfies Record<Exclude<ComparisonOp, 'ne'>, HintComparison>

const INCLUSIVE: Readonly<Record<HintComparison, HintComparison>> = {
  equal: 'equal',
  lessThan: 'lessThanOrEqual',
  lessThanOrEqual: 'lessThanOrEqual',
  greaterThan: 'greaterThanOrEqual',
  greaterThanOrEqual: 'greaterThanOrEqual',
}

function exact(op: ComparisonOp, leaf: (op: HintComparison) => JsonHint): JsonHint {
  if (op === 'ne') return { op: 'or', children: [leaf('lessThan'), leaf('greaterThan')] }
  return leaf(COMPARISONS[op])
}

function ofDouble(
  op: ComparisonOp,
  value: number,
  leaf: (op: HintComparison, literal: number) => JsonHint,
): JsonHint | undefined {
  if (!Number.isFinite(value)) return undefined
  if (op === 'lt' || op === 'lte') return leaf(COMPARISONS[op], value + 0)
  // Java's order has −0 before 0.
  return op === 'eq' && value !== 0 ? leaf('equal', value) : undefined
}

function ofTimestamp(
  op: ComparisonOp,
  value: PhysicalValue,
  leaf: (op: HintComparison, literal: PhysicalValue) => JsonHint,
): JsonHint | undefined {
  const micros = typeof value === 'number' || typeof value === 'bigint' ? BigInt(value) : undefined
  if (micros === undefined || op === 'ne') return undefined
  const floor = micros - (((micros % 1000n) + 1000n) % 1000n)
  const ceiling = floor === micros ? micros : floor + 1000n
  const from = leaf('greaterThanOrEqual', floor)
  const to = leaf('lessThanOrEqual', ceiling)
  if (op === 'eq') return { op: 'and', children: [from, to] }
  return op === 'gt' || op === 'gte' ? from : to
}

/** Surrogates and what lies behind them stand in another order in UTF-16, by which servers in Java compare. */
function ordersAlike(value: PhysicalValue): boolean {
  return typeof value === 'string' && !/[\ud800-\uffff]/.test(value)
}

/** Decimals have no type in JSON hints. A server may compare them as doubles, so bounds are inclusive. */
function sqlOf(condition: Predicate, { schema }: Place): readonly string[] {
  if (!('value' in condition) || condition.column.type.type !== 'decimal' || condition.op === 'ne') return []
  const { column, op, value } = condition
  const [name = '', ...members] = column.path
  if (members.length > 0 || !/^[A-Za-z_]\w*$/.test(name) || !comparesAsBytes(schema, column)) return []
  return [`${name} ${SQL[op]} ${formatPartitionValue(column.type, value)}`]
}

const SQL = { eq: '=', lt: '<=', lte: '<=', gt: '>=', gte: '>=' } as const
