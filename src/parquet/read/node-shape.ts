import type { SchemaNode } from './schema-tree.ts'

/** What the values of a node are, its own repetition aside. */
export type NodeShape =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'variant' }
  | { readonly kind: 'struct' }
  | ListShape
  | {
      readonly kind: 'map'
      /** The group that stands once an entry. */
      readonly repeated: SchemaNode
      readonly key: SchemaNode
      readonly value: SchemaNode
    }

export interface ListShape {
  readonly kind: 'list'
  /** What stands once an element. */
  readonly repeated: SchemaNode
  /** The element below it; undefined in lists of two levels, where `repeated` is the element itself. */
  readonly element: SchemaNode | undefined
}

export function nodeShape(node: SchemaNode): NodeShape {
  const { element, children } = node
  if (element.type !== undefined) return { kind: 'leaf' }
  const logical = element.logical_type?.type ?? element.converted_type
  if (logical === 'VARIANT') return { kind: 'variant' }
  const [repeated] = children
  if (children.length !== 1 || repeated?.element.repetition_type !== 'REPEATED') return { kind: 'struct' }
  if (logical === 'LIST') return listShape(node, repeated)
  const [key, value] = repeated.children
  const isMap = logical === 'MAP' || logical === 'MAP_KEY_VALUE'
  return isMap && key && value && repeated.children.length === 2
    ? { kind: 'map', repeated, key, value }
    : { kind: 'struct' }
}

/** The backward-compatibility rules of parquet-format's "Lists": three levels, unless number or name say two. */
function listShape(list: SchemaNode, repeated: SchemaNode): ListShape {
  const [element] = repeated.children
  const { name } = repeated.element
  const isElement =
    repeated.children.length !== 1 ||
    element?.element.repetition_type === 'REPEATED' ||
    name === 'array' ||
    name === `${list.element.name}_tuple`
  return { kind: 'list', repeated, element: isElement ? undefined : element }
}
