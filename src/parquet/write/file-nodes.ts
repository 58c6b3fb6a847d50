import { DeltaError } from '../../errors.ts'
import {
  type ArrayType,
  columnId,
  type DeltaType,
  formatColumnPath,
  type MapType,
  nestedColumnIds,
  physicalName,
  type StructField,
  type StructType,
} from '../../schema/index.ts'
import { leafType } from '../encoding/leaf-type.ts'
import type { FileList, FileMap, FileNode, FileStruct, Place } from './file-node.ts'

type Parent = Pick<Place, 'definition' | 'repetition' | 'path' | 'column'>

/**
 * The nodes of a file with these columns.
 * @throws {DeltaError} `unsupported` for a column that cannot be written, `invalid-argument` for one that is there twice;
 * by name.
 */
export function fileNodes(schema: StructType): FileNode[] {
  return members(schema, { definition: 0, repetition: 0, path: [], column: [] })
}

function members({ fields }: StructType, parent: Parent): FileNode[] {
  refuseTwins(fields, parent)
  return fields.map((field) => {
    const { name, type, nullable } = field
    const stored = physicalName(field)
    return nodeOf(type, {
      name,
      nullable,
      fieldId: columnId(field),
      definition: parent.definition,
      repetition: parent.repetition,
      path: [...parent.path, stored],
      column: [...parent.column, name],
      nestedIds: { key: stored, ids: nestedColumnIds(field) },
    })
  })
}

/** Two columns of one name could not be told apart in a row. */
function refuseTwins(fields: readonly StructField[], { column }: Parent): void {
  const names = new Set<string>()
  for (const { name } of fields) {
    if (names.has(name)) {
      const path = formatColumnPath([...column, name])
      throw new DeltaError('invalid-argument', `the schema has column '${path}' twice: rename one`, { column: path })
    }
    names.add(name)
  }
}

/** The definition level of a slot in which the node has a value. */
function definedLevel(node: Pick<Place, 'definition' | 'nullable'>): number {
  return node.definition + (node.nullable ? 1 : 0)
}

function nodeOf(type: DeltaType, place: Place): FileNode {
  switch (type.type) {
    case 'struct':
      return structOf(type, place)
    case 'array':
      return listOf(type, place)
    case 'map':
      return mapOf(type, place)
    case 'void':
      return { kind: 'void', ...place }
    default:
      return {
        kind: 'leaf',
        ...place,
        type,
        leaf: leafType(type, place.column),
        maxDefinition: definedLevel(place),
      }
  }
}

function structOf(type: StructType, place: Place): FileStruct {
  const nodes = members(type, { ...place, definition: definedLevel(place) })
  if (nodes.every((node) => node.kind === 'void'))
    throw nothingStored(place, 'a struct without a field that has values')
  return { kind: 'struct', ...place, members: nodes }
}

function listOf({ elementType, containsNull }: ArrayType, place: Place): FileList {
  return { kind: 'list', ...place, element: repeated(elementType, 'element', containsNull, 'list', place) }
}

function mapOf({ keyType, valueType, valueContainsNull }: MapType, place: Place): FileMap {
  return {
    kind: 'map',
    ...place,
    keyType,
    key: repeated(keyType, 'key', false, 'key_value', place),
    value: repeated(valueType, 'value', valueContainsNull, 'key_value', place),
  }
}

/** A part of a list or map: it stands in a repeated group, which adds one level of either kind. */
function repeated(type: DeltaType, name: string, nullable: boolean, group: string, parent: Place): FileNode {
  const { ids } = parent.nestedIds
  const key = `${parent.nestedIds.key}.${name}`
  const place: Place = {
    name,
    nullable,
    fieldId: ids.get(key),
    definition: definedLevel(parent) + 1,
    repetition: parent.repetition + 1,
    path: [...parent.path, group, name],
    column: [...parent.column, name],
    nestedIds: { key, ids },
  }
  if (type.type === 'void') throw nothingStored(place, 'the type void')
  return nodeOf(type, place)
}

function nothingStored({ column }: Place, what: string): DeltaError {
  const name = formatColumnPath(column)
  return new DeltaError(
    'unsupported',
    `column '${name}' cannot be written to Parquet: ${what} leaves nothing to store there; leave the column out`,
    { column: name },
  )
}
