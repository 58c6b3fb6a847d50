import { DeltaError } from '../../errors.ts'
import type { DeltaType, StructField, StructType } from '../../schema/index.ts'
import { leafDeltaType, storedName } from './leaf-delta-type.ts'
import { nodeShape } from './node-shape.ts'
import type { SchemaNode } from './schema-tree.ts'

/**
 * A file's schema in Delta's types, nested columns included.
 * @throws {DeltaError} `unsupported` for a column whose type Delta has no word for, naming it.
 */
export function deltaSchema(root: SchemaNode): StructType {
  return { type: 'struct', fields: root.children.map(field) }
}

/** The same without the columns for which Delta has no word. */
export function readableSchema(root: SchemaNode): StructType {
  return { type: 'struct', fields: root.children.flatMap((node) => (hasDeltaType(node) ? [field(node)] : [])) }
}

function hasDeltaType(node: SchemaNode): boolean {
  const { element, children } = node
  return element.type === undefined ? children.every(hasDeltaType) : leafDeltaType(element) !== undefined
}

function field(node: SchemaNode): StructField {
  return { name: node.element.name, type: nodeType(node), nullable: mayBeNull(node), metadata: {} }
}

function mayBeNull({ element }: SchemaNode): boolean {
  return element.repetition_type === 'OPTIONAL'
}

function nodeType(node: SchemaNode): DeltaType {
  // A repeated field outside of a LIST or MAP is a list of itself, as the oldest writers have it.
  if (node.element.repetition_type === 'REPEATED') {
    return { type: 'array', elementType: valueType(node), containsNull: false }
  }
  return valueType(node)
}

function valueType(node: SchemaNode): DeltaType {
  const shape = nodeShape(node)
  switch (shape.kind) {
    case 'leaf':
      return leafDeltaType(node.element) ?? wordless(node)
    case 'variant':
      return { type: 'variant' }
    case 'struct':
      return deltaSchema(node)
    case 'list': {
      const { repeated, element } = shape
      if (element === undefined) return { type: 'array', elementType: valueType(repeated), containsNull: false }
      return { type: 'array', elementType: nodeType(element), containsNull: mayBeNull(element) }
    }
    case 'map': {
      const { key, value } = shape
      return { type: 'map', keyType: nodeType(key), valueType: nodeType(value), valueContainsNull: mayBeNull(value) }
    }
  }
}

function wordless({ element, path }: SchemaNode): never {
  const column = path.join('.')
  throw new DeltaError(
    'unsupported',
    `column '${column}' has the Parquet type ${storedName(element)}, for which Delta has no type`,
    { column },
  )
}
