import type { Annotation, LeafType, PhysicalType } from '../encoding/leaf-type.ts'
import type { ThriftWriter } from '../thrift/thrift-writer.ts'
import type { FileNode } from './file-node.ts'

/** `Type` of `parquet.thrift`. */
export const PHYSICAL_NUMBER: Record<PhysicalType, number> = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED_LEN_BYTE_ARRAY: 7,
}

/** `FieldRepetitionType` of `parquet.thrift`. */
const Repetition = { REQUIRED: 0, OPTIONAL: 1, REPEATED: 2 } as const

// `ConvertedType`.
const UTF8 = 0
const MAP = 1
const LIST = 3
const DECIMAL = 5
const DATE = 6
const TIMESTAMP_MICROS = 10
const INT_8 = 15
const INT_16 = 16

/** One entry of the flattened schema: a leaf has a type, a group the number of its children, who follow it. */
interface SchemaElement {
  readonly name: string
  readonly repetition?: (typeof Repetition)[keyof typeof Repetition]
  readonly leaf?: LeafType
  readonly children?: number
  readonly annotation?: Annotation | { readonly kind: 'list' | 'map' } | undefined
  readonly fieldId?: number | undefined
}

/** Writes the flattened schema as the list `field`: the root first, every group before its children. */
export function writeSchema(thrift: ThriftWriter, field: number, nodes: readonly FileNode[]): void {
  const root: SchemaElement = { name: 'schema', children: stored(nodes).length }
  thrift.structs(field, [root, ...nodes.flatMap(elementsOf)], (element) => writeElement(thrift, element))
}

/** Lists and maps in the forms of three levels (parquet-format "LogicalTypes": "Lists", "Maps"). */
function elementsOf(node: FileNode): SchemaElement[] {
  const { path, fieldId } = node
  const element = {
    name: path.at(-1) ?? '',
    fieldId,
    repetition: node.nullable ? Repetition.OPTIONAL : Repetition.REQUIRED,
  }
  switch (node.kind) {
    case 'void':
      return []
    case 'leaf':
      return [{ ...element, leaf: node.leaf, annotation: node.leaf.annotation }]
    case 'struct':
      return [{ ...element, children: stored(node.members).length }, ...node.members.flatMap(elementsOf)]
    case 'list':
      return [
        { ...element, children: 1, annotation: { kind: 'list' } },
        { name: 'list', children: 1, repetition: Repetition.REPEATED },
        ...elementsOf(node.element),
      ]
    case 'map':
      return [
        { ...element, children: 1, annotation: { kind: 'map' } },
        { name: 'key_value', children: 2, repetition: Repetition.REPEATED },
        ...elementsOf(node.key),
        ...elementsOf(node.value),
      ]
  }
}

function stored(nodes: readonly FileNode[]): readonly FileNode[] {
  return nodes.filter((node) => node.kind !== 'void')
}

function writeElement(thrift: ThriftWriter, element: SchemaElement): void {
  const { leaf, annotation } = element
  thrift.i32(1, leaf && PHYSICAL_NUMBER[leaf.physical])
  thrift.i32(2, leaf?.width)
  thrift.i32(3, element.repetition)
  thrift.text(4, element.name)
  thrift.i32(5, element.children)
  thrift.i32(6, annotation && convertedType(annotation))
  if (annotation?.kind === 'decimal') {
    thrift.i32(7, annotation.scale)
    thrift.i32(8, annotation.precision)
  }
  thrift.i32(9, element.fieldId)
  if (annotation !== undefined) thrift.struct(10, () => writeLogicalType(thrift, annotation))
}

/** The older annotation, for readers that know no other. It has no word for timestamps without a zone. */
function convertedType(annotation: NonNullable<SchemaElement['annotation']>): number | undefined {
  switch (annotation.kind) {
    case 'string':
      return UTF8
    case 'map':
      return MAP
    case 'list':
      return LIST
    case 'decimal':
      return DECIMAL
    case 'date':
      return DATE
    case 'timestamp':
      return annotation.adjustedToUtc ? TIMESTAMP_MICROS : undefined
    case 'integer':
      return annotation.bits === 8 ? INT_8 : INT_16
  }
}

/** Writes the member of the union `LogicalType`. */
function writeLogicalType(thrift: ThriftWriter, annotation: NonNullable<SchemaElement['annotation']>): void {
  switch (annotation.kind) {
    case 'string':
      thrift.struct(1, () => {})
      return
    case 'map':
      thrift.struct(2, () => {})
      return
    case 'list':
      thrift.struct(3, () => {})
      return
    case 'decimal':
      thrift.struct(5, () => {
        thrift.i32(1, annotation.scale)
        thrift.i32(2, annotation.precision)
      })
      return
    case 'date':
      thrift.struct(6, () => {})
      return
    case 'timestamp':
      thrift.struct(8, () => {
        thrift.bool(1, annotation.adjustedToUtc)
        thrift.struct(2, () => thrift.struct(2, () => {}))
      })
      return
    case 'integer':
      thrift.struct(10, () => {
        thrift.i8(1, annotation.bits)
        thrift.bool(2, true)
      })
  }
}
