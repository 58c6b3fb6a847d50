import { DeltaError } from '../errors.ts'
import {
  type ArrayType,
  type DeltaType,
  formatColumnPath,
  type MapType,
  type StructField,
  type StructType,
} from '../schema/index.ts'
import { type LeafType, leafType } from './leaf-type.ts'

/** A node of the schema of a file that is written: the tree of columns as Parquet stores it. */
export type FileNode = FileLeaf | FileStruct | FileList | FileMap | FileVoid

/** A column of values without parts: these are what the file holds, the nodes above them are levels only. */
export interface FileLeaf extends Place {
  readonly kind: 'leaf'
  readonly type: DeltaType
  readonly leaf: LeafType
  /** The definition level of a value that is there. */
  readonly maxDefinition: number
}

export interface FileStruct extends Place {
  readonly kind: 'struct'
  readonly members: readonly FileNode[]
}

export interface FileList extends Place {
  readonly kind: 'list'
  readonly element: FileNode
}

export interface FileMap extends Place {
  readonly kind: 'map'
  readonly keyType: DeltaType
  readonly key: FileNode
  readonly value: FileNode
}

/** A column of nulls only: a file does not store it, and its readers find it missing, hence null. */
export interface FileVoid extends Place {
  readonly kind: 'void'
}

interface Place {
  /** As the file calls it. */
  readonly name: string
  readonly nullable: boolean
  /** The id by which readers find the column of a table with column mapping. */
  readonly fieldId: number | undefined
  /** The definition level of a slot that every node above provides; one of a lower level is null further up. */
  readonly definition: number
  /** How many lists and maps there are above: the repetition level of a value that continues the innermost of them. */
  readonly repetition: number
  /** Names from the top down to here in the file, those of the groups that lists and maps consist of included. */
  readonly path: readonly string[]
  /** Names as column mapping and options spell them: of fields, and `element`, `key` and `value`. */
  readonly column: readonly string[]
  readonly nestedIds: NestedIds
}

/** Ids of elements, keys and values below a field, by their names joined with dots (`delta.columnMapping.nested.ids`). */
interface NestedIds {
  readonly key: string
  readonly ids: ReadonlyMap<string, number>
}

type Parent = Pick<Place, 'definition' | 'repetition' | 'path' | 'column'>

/**
 * The nodes of a file with these columns.
 * @throws {DeltaError} `unsupported` for a column that cannot be written, by name.
 */
export function fileNodes(schema: StructType): FileNode[] {
  return members(schema, { definition: 0, repetition: 0, path: [], column: [] })
}

/** The leaves below the nodes, in the order of the file. */
export function leavesOf(nodes: readonly FileNode[]): FileLeaf[] {
  return nodes.flatMap((node) => (node.kind === 'leaf' ? [node] : leavesOf(partsOf(node))))
}

/** The definition level of a slot in which the node has a value. */
function definedLevel(node: Pick<Place, 'definition' | 'nullable'>): number {
  return node.definition + (node.nullable ? 1 : 0)
}

function partsOf(node: FileNode): readonly FileNode[] {
  switch (node.kind) {
    case 'struct':
      return node.members
    case 'list':
      return [node.element]
    case 'map':
      return [node.key, node.value]
    default:
      return []
  }
}

function members({ fields }: StructType, parent: Parent): FileNode[] {
  return fields.map((field) => {
    const { name, type, nullable } = field
    return nodeOf(type, {
      name,
      nullable,
      fieldId: fieldId(field),
      definition: parent.definition,
      repetition: parent.repetition,
      path: [...parent.path, name],
      column: [...parent.column, name],
      nestedIds: { key: name, ids: nestedIds(field) },
    })
  })
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

function fieldId({ metadata }: StructField): number | undefined {
  const id = metadata['delta.columnMapping.id']
  return typeof id === 'number' ? id : undefined
}

function nestedIds({ metadata }: StructField): ReadonlyMap<string, number> {
  const ids = metadata['delta.columnMapping.nested.ids']
  if (typeof ids !== 'object' || ids === null || Array.isArray(ids)) return NO_IDS
  return new Map(Object.entries(ids).filter((entry): entry is [string, number] => typeof entry[1] === 'number'))
}

const NO_IDS: ReadonlyMap<string, number> = new Map()

function nothingStored({ column }: Place, what: string): DeltaError {
  const name = formatColumnPath(column)
  return new DeltaError(
    'unsupported',
    `column '${name}' cannot be written to Parquet: ${what} leaves nothing to store there; leave the column out`,
    { column: name },
  )
}
