import { type FileMetaData, parquetSchema, type SchemaElement, type SchemaTree } from 'hyparquet'
import { DeltaError } from '../errors.ts'
import type { DeltaType, StructField, StructType } from '../schema/index.ts'

const primitive = (type: Exclude<DeltaType['type'], 'decimal' | 'struct' | 'array' | 'map'>): DeltaType => ({ type })

/** The tree of a file's schema. */
export function schemaTree(metadata: FileMetaData): SchemaTree {
  return parquetSchema(metadata)
}

/**
 * A file's schema in Delta's types, nested columns included.
 * @throws {DeltaError} `unsupported` for a column whose type Delta has no word for, naming it.
 */
export function deltaSchema(tree: SchemaTree): StructType {
  return { type: 'struct', fields: tree.children.map(field) }
}

function field(node: SchemaTree): StructField {
  const nullable = node.element.repetition_type === 'OPTIONAL'
  return { name: node.element.name, type: nodeType(node), nullable, metadata: {} }
}

function nodeType(node: SchemaTree): DeltaType {
  // A repeated field outside of a LIST or MAP is a list of itself, as the oldest writers have it.
  if (node.element.repetition_type === 'REPEATED') {
    return { type: 'array', elementType: valueType(node), containsNull: false }
  }
  return valueType(node)
}

function valueType(node: SchemaTree): DeltaType {
  const { element, children } = node
  if (children.length === 0) return leafDeltaType(element, node.path)
  const logical = element.logical_type?.type
  if (logical === 'VARIANT') return primitive('variant')
  const [only] = children
  const repeated = children.length === 1 && only?.element.repetition_type === 'REPEATED' ? only : undefined
  if (repeated && (logical === 'LIST' || element.converted_type === 'LIST')) return listType(repeated)
  const isMap = logical === 'MAP' || element.converted_type === 'MAP' || element.converted_type === 'MAP_KEY_VALUE'
  const [key, value] = repeated?.children ?? []
  if (isMap && key && value) return mapType(key, value)
  return deltaSchema(node)
}

/** The compatibility rules of parquet-format "Lists": a group of one field is the three-level form unless named otherwise. */
function listType(repeated: SchemaTree): DeltaType {
  const [element] = repeated.children
  const { name } = repeated.element
  const isElement = !element || repeated.children.length > 1 || name === 'array' || name.endsWith('_tuple')
  if (isElement) return { type: 'array', elementType: valueType(repeated), containsNull: false }
  const containsNull = element.element.repetition_type === 'OPTIONAL'
  return { type: 'array', elementType: nodeType(element), containsNull }
}

function mapType(key: SchemaTree, value: SchemaTree): DeltaType {
  const valueContainsNull = value.element.repetition_type === 'OPTIONAL'
  return { type: 'map', keyType: nodeType(key), valueType: nodeType(value), valueContainsNull }
}

function leafDeltaType(element: SchemaElement, path: readonly string[]): DeltaType {
  const type = knownLeafType(element)
  if (type !== undefined) return type
  const annotation = element.logical_type?.type ?? element.converted_type
  const name = annotation === undefined ? element.type : `${element.type} (${annotation})`
  const column = path.join('.')
  throw new DeltaError('unsupported', `column '${column}' has the Parquet type ${name}, for which Delta has no type`, {
    column,
  })
}

function knownLeafType(element: SchemaElement): DeltaType | undefined {
  const { type, converted_type: converted, logical_type: logical } = element
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') return decimalType(element)
  switch (type) {
    case 'BOOLEAN':
      return primitive('boolean')
    case 'FLOAT':
      return primitive('float')
    case 'DOUBLE':
      return primitive('double')
    case 'INT96':
      return primitive('timestamp')
    case 'INT32':
      return int32Type(element)
    case 'INT64':
      return int64Type(element)
    case 'BYTE_ARRAY':
      return byteArrayType(element)
    case 'FIXED_LEN_BYTE_ARRAY':
      return fixedType(element)
    default:
      return undefined
  }
}

function decimalType({ logical_type: logical, precision, scale }: SchemaElement): DeltaType | undefined {
  const digits = logical?.type === 'DECIMAL' ? logical.precision : precision
  const places = (logical?.type === 'DECIMAL' ? logical.scale : scale) ?? 0
  if (digits === undefined || digits < 1 || digits > 38 || places < 0 || places > digits) return undefined
  return { type: 'decimal', precision: digits, scale: places }
}

function int32Type(element: SchemaElement): DeltaType | undefined {
  const { converted_type: converted, logical_type: logical } = element
  if (logical?.type === 'DATE' || converted === 'DATE') return primitive('date')
  if (logical?.type === 'TIME' || converted === 'TIME_MILLIS') return undefined
  switch (integerName(element)) {
    case 'INT_8':
      return primitive('byte')
    case 'INT_16':
    case 'UINT_8':
      return primitive('short')
    case 'UINT_32':
      return primitive('long')
    default:
      return primitive('integer')
  }
}

function int64Type(element: SchemaElement): DeltaType | undefined {
  const { converted_type: converted, logical_type: logical } = element
  if (logical?.type === 'TIMESTAMP') return primitive(logical.isAdjustedToUTC ? 'timestamp' : 'timestamp_ntz')
  if (converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS') return primitive('timestamp')
  if (logical?.type === 'TIME' || converted === 'TIME_MICROS') return undefined
  if (integerName(element) === 'UINT_64') {
    return { type: 'decimal', precision: 20, scale: 0 }
  }
  return primitive('long')
}

/** The width and sign that annotate an integer, by the name of the converted type. */
export function integerName({ converted_type: converted, logical_type: logical }: SchemaElement): string | undefined {
  if (logical?.type === 'INTEGER') return `${logical.isSigned ? 'INT' : 'UINT'}_${logical.bitWidth}`
  return converted
}

function byteArrayType({ converted_type: converted, logical_type: logical }: SchemaElement): DeltaType {
  const name = logical?.type ?? converted
  const isText = name === 'STRING' || name === 'UTF8' || name === 'ENUM' || name === 'JSON'
  return primitive(isText ? 'string' : 'binary')
}

function fixedType({ converted_type: converted, logical_type: logical }: SchemaElement): DeltaType | undefined {
  if (converted === 'INTERVAL') return undefined
  if (logical?.type === 'UUID') return primitive('string')
  return primitive(logical?.type === 'FLOAT16' ? 'float' : 'binary')
}
