import type { DeltaType } from '../../schema/index.ts'
import type { LeafType } from '../encoding/leaf-type.ts'

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

/** What every node has: where it stands. */
export interface Place {
  /** As rows call it. */
  readonly name: string
  readonly nullable: boolean
  /** The id by which readers find the column of a table with column mapping. */
  readonly fieldId: number | undefined
  /** The definition level of a slot that every node above provides; one of a lower level is null further up. */
  readonly definition: number
  /** How many lists and maps there are above: the repetition level of a value that continues the innermost of them. */
  readonly repetition: number
  /** Names from the top down to here as the file has them: physical names, and the groups that lists and maps consist of. */
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

/** The leaves below the nodes, in the order of the file. */
export function leavesOf(nodes: readonly FileNode[]): FileLeaf[] {
  return nodes.flatMap((node) => (node.kind === 'leaf' ? [node] : leavesOf(partsOf(node))))
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
