import type { LogicalType, SchemaElement, TimeUnit } from 'hyparquet'
import { ConvertedTypes, FieldRepetitionTypes, ParquetTypes } from 'hyparquet/src/constants.js'
import type { ThriftStruct } from '../thrift/thrift-reader.ts'

/** A column or group of a file's schema. */
export interface SchemaNode {
  readonly element: SchemaElement
  /** Names from the top. */
  readonly path: readonly string[]
  readonly children: readonly SchemaNode[]
  /** The definition level from which on a value of this node is there: how many of its ancestors and itself may be absent. */
  readonly definition: number
  /** How many of its ancestors and itself are repeated. */
  readonly repetition: number
  /** The index of its column chunk in each row group; of a group: that of the first chunk below. */
  readonly chunk: number
}

/**
 * Levels are kept in bytes, and damaged schemas must not exhaust the stack. A list or a map takes two steps, so that this
 * is more than a hundred of them in one another.
 */
const DEEPEST = 255

/** The tree of a file's flattened schema. @throws {RangeError} when the elements make no tree. */
export function schemaTree(elements: readonly SchemaElement[]): SchemaNode {
  const position = { element: 0, chunk: 0 }
  const root = takeNode(elements, position, undefined)
  if (position.element !== elements.length) throw new RangeError('the schema has elements outside of its tree')
  return root
}

function takeNode(
  elements: readonly SchemaElement[],
  position: { element: number; chunk: number },
  parent: Omit<SchemaNode, 'children'> | undefined,
): SchemaNode {
  const element = elements[position.element++]
  if (element === undefined) throw new RangeError('the schema ends too early')
  const { repetition_type: repetition } = element
  const node = {
    element,
    path: parent === undefined ? [] : [...parent.path, element.name],
    definition: parent === undefined ? 0 : parent.definition + (repetition === 'REQUIRED' ? 0 : 1),
    repetition: parent === undefined ? 0 : parent.repetition + (repetition === 'REPEATED' ? 1 : 0),
    chunk: position.chunk,
  }
  if (node.path.length > DEEPEST) throw new RangeError(`the schema is nested more than ${DEEPEST} deep`)
  if (parent !== undefined && repetition === undefined) throw new RangeError('the schema does not say what may be null')
  if (element.type !== undefined) {
    position.chunk++
    return { ...node, children: [] }
  }
  const children: SchemaNode[] = []
  for (let i = 0; i < (element.num_children ?? 0); i++) children.push(takeNode(elements, position, node))
  return { ...node, children }
}

/** A `SchemaElement` of `parquet.thrift`. */
export function parseSchemaElement(thrift: ThriftStruct): SchemaElement {
  const element: SchemaElement = { name: thrift.text(4) ?? '' }
  const set = <Key extends keyof SchemaElement>(key: Key, value: SchemaElement[Key] | undefined): void => {
    if (value !== undefined) element[key] = value
  }
  set('type', ParquetTypes[thrift.integer(1) ?? -1])
  set('type_length', thrift.integer(2))
  set('repetition_type', FieldRepetitionTypes[thrift.integer(3) ?? -1])
  set('num_children', thrift.integer(5))
  set('converted_type', ConvertedTypes[thrift.integer(6) ?? -1])
  set('scale', thrift.integer(7))
  set('precision', thrift.integer(8))
  set('field_id', thrift.integer(9))
  set('logical_type', parseLogicalType(thrift.struct(10)))
  return element
}

/** The members of the union `LogicalType` that have nothing to say but their name, by their ids. */
const PLAIN_LOGICAL_TYPES = new Map<number, LogicalType>([
  [1, { type: 'STRING' }],
  [2, { type: 'MAP' }],
  [3, { type: 'LIST' }],
  [4, { type: 'ENUM' }],
  [6, { type: 'DATE' }],
  [11, { type: 'NULL' }],
  [12, { type: 'JSON' }],
  [13, { type: 'BSON' }],
  [14, { type: 'UUID' }],
  [15, { type: 'FLOAT16' }],
  [16, { type: 'VARIANT' }],
  [17, { type: 'GEOMETRY' }],
  [18, { type: 'GEOGRAPHY' }],
])

function parseLogicalType(union: ThriftStruct | undefined): LogicalType | undefined {
  if (union === undefined) return undefined
  for (const [field, type] of PLAIN_LOGICAL_TYPES) if (union.has(field)) return type
  const decimal = union.struct(5)
  if (decimal) return { type: 'DECIMAL', scale: decimal.integer(1) ?? 0, precision: decimal.integer(2) ?? 0 }
  const time = union.struct(7)
  if (time) return { type: 'TIME', isAdjustedToUTC: time.bool(1) === true, unit: parseUnit(time.struct(2)) }
  const timestamp = union.struct(8)
  if (timestamp) {
    return { type: 'TIMESTAMP', isAdjustedToUTC: timestamp.bool(1) === true, unit: parseUnit(timestamp.struct(2)) }
  }
  const integer = union.struct(10)
  return integer && { type: 'INTEGER', bitWidth: integer.integer(1) ?? 0, isSigned: integer.bool(2) === true }
}

function parseUnit(union: ThriftStruct | undefined): TimeUnit {
  if (union?.has(1)) return 'MILLIS'
  if (union?.has(2)) return 'MICROS'
  if (union?.has(3)) return 'NANOS'
  throw new RangeError('a time has no unit')
}
