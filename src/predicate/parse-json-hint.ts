import { isJsonObject, JsonNumber, type JsonObject, type JsonValue, parseJson } from '../json.ts'
import { type DeltaType, type StructType, typeName } from '../schema/index.ts'
import { comparesAsBytes, findColumn } from './columns.ts'
import { type HintConstant, hintLiteral } from './hint-literal.ts'
import { type ColumnRef, type ComparisonOp, MIRRORED, type Predicate } from './predicate.ts'

/**
 * Parses Delta Sharing's `jsonPredicateHints`, given as JSON text or as the object itself. Null means "not understood":
 * the caller then keeps every file. A part that is not understood is dropped where that only widens the answer (in an
 * `and`, or in an `or` below a `not`), and gives the whole up elsewhere. Common misspellings are read: `"op": "="`,
 * `"valueType": "integer"`, an array at the top, an outer `{"jsonPredicateHints": …}`.
 * @param options.whole understands all of it or nothing: for who must not take rows for matching that the rest excludes.
 * @see https://github.com/delta-io/delta-sharing/blob/main/PROTOCOL.md "JSON predicates for Filtering"
 */
export function parseJsonHint(
  value: unknown,
  schema: StructType,
  { whole = false }: { readonly whole?: boolean } = {},
): Predicate | null {
  const hint = unwrap(value)
  const root = Array.isArray(hint) ? { op: 'and', children: hint } : hint
  if (countNodes(root) > MAX_NODES) return null
  return parseNode(root, { schema, negated: false, whole }, 0)
}

interface Place {
  readonly schema: StructType
  /** Below an odd number of `not`: what widens there narrows the whole. */
  readonly negated: boolean
  readonly whole: boolean
}

/** Deeper trees are nothing that a client sends, and longer ones would be asked of every file. */
const MAX_DEPTH = 100
const MAX_NODES = 2_000

/** Of the tree, as far as it matters whether there are too many. */
function countNodes(node: unknown, depth = 0): number {
  if (!isJsonObject(node) || !Array.isArray(node.children) || depth > MAX_DEPTH) return 1
  let nodes = 1
  for (const child of node.children) {
    nodes += countNodes(child, depth + 1)
    if (nodes > MAX_NODES) break
  }
  return nodes
}

function unwrap(value: unknown): unknown {
  if (typeof value === 'string') {
    try {
      return unwrap(parseJson(value))
    } catch {
      return null
    }
  }
  const inner = isJsonObject(value) ? value.jsonPredicateHints : undefined
  return inner === undefined ? value : unwrap(inner)
}

function parseNode(node: unknown, place: Place, depth: number): Predicate | null {
  if (!isJsonObject(node) || typeof node.op !== 'string' || depth > MAX_DEPTH) return null
  const op = OPERATORS.get(node.op.toLowerCase().replaceAll('_', ''))
  const children: readonly JsonValue[] = Array.isArray(node.children) ? node.children : []
  switch (op) {
    case undefined:
      return null
    case 'and':
    case 'or':
      return parseCombination(op, children, place, depth)
    case 'not': {
      const [only, ...others] = children
      if (others.length > 0) return null
      const child = parseNode(only, { ...place, negated: !place.negated }, depth + 1)
      return child === null ? null : { op: 'not', child }
    }
    case 'isNull':
    case 'isNotNull': {
      const column = columnOf(children[0], place.schema)
      if (children.length !== 1 || column === null) return null
      const test: Predicate = { op: 'isNull', column: column.ref }
      return op === 'isNull' ? test : { op: 'not', child: test }
    }
    case 'in':
      return parseIn(children, place.schema)
    default:
      return parseComparison(op, children, place.schema)
  }
}

function parseCombination(
  op: 'and' | 'or',
  nodes: readonly JsonValue[],
  place: Place,
  depth: number,
): Predicate | null {
  const parsed = nodes.map((node) => parseNode(node, place, depth + 1))
  const children = parsed.filter((child) => child !== null)
  const mayDrop = !place.whole && op === (place.negated ? 'or' : 'and')
  if (children.length === 0 || (children.length < parsed.length && !mayDrop)) return null
  return { op, children }
}

function parseComparison(op: ComparisonOp, children: readonly JsonValue[], schema: StructType): Predicate | null {
  const [left, right, ...others] = children
  if (others.length > 0) return null
  const column = columnOf(left, schema)
  if (column !== null) {
    const value = literalOf(right, column)
    return value === null ? null : { op, column: column.ref, value }
  }
  const mirrored = columnOf(right, schema)
  const value = mirrored === null ? null : literalOf(left, mirrored)
  return mirrored === null || value === null ? null : { op: MIRRORED[op], column: mirrored.ref, value }
}

function parseIn([first, ...rest]: readonly JsonValue[], schema: StructType): Predicate | null {
  const column = columnOf(first, schema)
  if (column === null || rest.length === 0) return null
  const values = rest.map((node) => literalOf(node, column))
  const known = values.filter((value) => value !== null)
  return known.length < values.length ? null : { op: 'in', column: column.ref, values: known }
}

interface HintColumn {
  readonly ref: ColumnRef
  readonly valueType: string | undefined
}

function columnOf(node: JsonValue | undefined, schema: StructType): HintColumn | null {
  if (!isJsonObject(node) || node.op !== 'column' || typeof node.name !== 'string') return null
  const ref = findColumn(schema, node.name)
  if (ref === undefined || !comparesAsBytes(schema, ref)) return null
  const valueType = valueTypeOf(node)
  return valueType === undefined || keepsOrder(ref.type, valueType) ? { ref, valueType } : null
}

function literalOf(node: JsonValue | undefined, column: HintColumn): ReturnType<typeof hintLiteral> {
  if (!isJsonObject(node) || node.op !== 'literal') return null
  const valueType = valueTypeOf(node) ?? column.valueType
  const { type } = column.ref
  // Column and literal are cast to their own types first, so they must have one in common that keeps the order.
  if (valueType !== undefined && !keepsOrder(type, valueType)) return null
  if (type.type === 'float' && (valueType === 'float' || valueType === undefined)) {
    const value = hintLiteral(type, constantOf(node.value))
    return typeof value === 'number' ? Math.fround(value) : null
  }
  return hintLiteral(type, constantOf(node.value))
}

function constantOf(value: JsonValue | undefined): HintConstant {
  if (typeof value === 'string') return { text: value, quoted: true }
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return { text: String(value), quoted: false }
  }
  return { text: value instanceof JsonNumber ? value.text : '', quoted: false }
}

function valueTypeOf(node: JsonObject): string | undefined {
  if (typeof node.valueType !== 'string') return undefined
  const name = node.valueType.toLowerCase()
  return VALUE_TYPES.get(name) ?? name
}

/**
 * Whether a cast of the column to the value type leaves every comparison as it is: the same type, or a wider one of its
 * kind. Any other cast (text of a number, a narrower integer) gives another order.
 */
function keepsOrder(type: DeltaType, valueType: string): boolean {
  return typeName(type) === valueType || (WIDER.get(type.type)?.includes(valueType) ?? false)
}

const WIDER: ReadonlyMap<string, readonly string[]> = new Map([
  ['byte', ['short', 'integer', 'long']],
  ['short', ['integer', 'long']],
  ['integer', ['long']],
  ['float', ['double']],
])

/** The protocol's names, and what users write instead, as Delta's names. */
const VALUE_TYPES: ReadonlyMap<string, string> = new Map([
  ['bool', 'boolean'],
  ['int', 'integer'],
  ['bigint', 'long'],
  ['tinyint', 'byte'],
  ['smallint', 'short'],
  ['varchar', 'string'],
])

type HintOp = 'and' | 'or' | 'not' | 'isNull' | 'isNotNull' | 'in' | ComparisonOp

const OPERATORS: ReadonlyMap<string, HintOp> = new Map<string, HintOp>([
  ['and', 'and'],
  ['&&', 'and'],
  ['or', 'or'],
  ['||', 'or'],
  ['not', 'not'],
  ['!', 'not'],
  ['isnull', 'isNull'],
  ['isnotnull', 'isNotNull'],
  ['in', 'in'],
  ['equal', 'eq'],
  ['equals', 'eq'],
  ['equalto', 'eq'],
  ['eq', 'eq'],
  ['=', 'eq'],
  ['==', 'eq'],
  ['notequal', 'ne'],
  ['notequals', 'ne'],
  ['ne', 'ne'],
  ['!=', 'ne'],
  ['<>', 'ne'],
  ['lessthan', 'lt'],
  ['lt', 'lt'],
  ['<', 'lt'],
  ['lessthanorequal', 'lte'],
  ['lessthanorequalto', 'lte'],
  ['lte', 'lte'],
  ['<=', 'lte'],
  ['greaterthan', 'gt'],
  ['gt', 'gt'],
  ['>', 'gt'],
  ['greaterthanorequal', 'gte'],
  ['greaterthanorequalto', 'gte'],
  ['gte', 'gte'],
  ['>=', 'gte'],
])
