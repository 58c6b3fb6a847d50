import { DeltaError } from '../../errors.ts'
import type { DeltaType, StructField, StructType } from '../../schema/index.ts'
import { typeName } from '../../schema/index.ts'
import { ColumnFinder } from './column-finder.ts'
import { deltaSchema } from './file-schema.ts'
import { isVoid, storedName } from './leaf-delta-type.ts'
import { type LeafReader, leafReader } from './leaf-reader.ts'
import { nodeShape } from './node-shape.ts'
import type { SchemaNode } from './schema-tree.ts'
import { type VariantReader, variantReader } from './variant.ts'

/** How a wanted type is put together from a file's columns. */
export type ReadPlan =
  /** The file has nothing of it: all null. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'leaf'; readonly node: SchemaNode; readonly leaf: LeafReader }
  | StructPlan
  | { readonly kind: 'variant'; readonly content: StructPlan; readonly read: VariantReader }
  | { readonly kind: 'list'; readonly element: ReadPlan; readonly spine: Spine }
  | { readonly kind: 'map'; readonly key: ReadPlan; readonly value: ReadPlan; readonly spine: Spine }

export interface StructPlan {
  readonly kind: 'struct'
  readonly members: readonly { readonly name: string; readonly plan: ReadPlan }[]
  /** The definition level from which on it is not null. */
  readonly present: number
  /** The leaf whose levels tell which structs are null. */
  readonly guide: SchemaNode
}

/** Where lists, or maps, begin and end. */
export interface Spine {
  /** The definition level from which on the list is not null. */
  readonly present: number
  /** What stands once an element: its levels are those of an element that is there. */
  readonly repeated: SchemaNode
  /** The leaf whose levels tell it. */
  readonly guide: SchemaNode
}

/**
 * Plans reading one column of the wanted schema.
 * @throws {DeltaError} `unsupported` where a stored type cannot be read as the wanted one, naming the column.
 */
export function planColumn(root: SchemaNode, wanted: StructField, finder: ColumnFinder): ReadPlan {
  const node = finder.find(root, wanted)
  return node === undefined ? MISSING : planNode(node, wanted.type, finder)
}

/**
 * Plans reading a column that lies in structs, as if it stood in their place: it is null where one of them is.
 * @param fields the fields from the top of the schema down to the column.
 */
export function planPath(root: SchemaNode, fields: readonly StructField[], finder: ColumnFinder): ReadPlan {
  let [node, type]: [SchemaNode, DeltaType] = [root, VOID]
  for (const field of fields) {
    if (node !== root && (nodeShape(node).kind !== 'struct' || node.element.repetition_type === 'REPEATED')) {
      throw mismatch(node, type)
    }
    const child = finder.find(node, field)
    if (child === undefined) return MISSING
    node = child
    type = field.type
  }
  return planNode(node, type, finder)
}

const VOID: DeltaType = { type: 'void' }

const MISSING: ReadPlan = { kind: 'missing' }

function planNode(node: SchemaNode, wanted: DeltaType, finder: ColumnFinder): ReadPlan {
  if (node.element.repetition_type !== 'REPEATED') return planContent(node, wanted, finder)
  // A repeated field outside of a LIST or MAP is a list of itself.
  if (wanted.type !== 'array') throw mismatch(node, wanted)
  const element = planContent(node, wanted.elementType, finder)
  return { kind: 'list', element, spine: { present: 0, repeated: node, guide: guideOf([element], node) } }
}

/** Plans a node, its own repetition aside. */
function planContent(node: SchemaNode, wanted: DeltaType, finder: ColumnFinder): ReadPlan {
  const shape = nodeShape(node)
  switch (wanted.type) {
    case 'void':
      return MISSING
    case 'variant': {
      const read = shape.kind === 'variant' || shape.kind === 'struct' ? planVariant(node) : undefined
      if (read === undefined) throw mismatch(node, wanted)
      return read
    }
    case 'struct': {
      if (shape.kind !== 'struct') throw mismatch(node, wanted)
      return planStruct(node, wanted, finder)
    }
    case 'array': {
      if (shape.kind !== 'list') throw mismatch(node, wanted)
      const { repeated, element: inner } = shape
      const element = inner
        ? planNode(inner, wanted.elementType, finder)
        : planContent(repeated, wanted.elementType, finder)
      return { kind: 'list', element, spine: spineOf(node, repeated, [element]) }
    }
    case 'map': {
      if (shape.kind !== 'map') throw mismatch(node, wanted)
      const key = planNode(shape.key, wanted.keyType, finder)
      const value = planNode(shape.value, wanted.valueType, finder)
      return { kind: 'map', key, value, spine: spineOf(node, shape.repeated, [key, value]) }
    }
    default: {
      if (isVoid(node.element)) return MISSING
      const leaf = shape.kind === 'leaf' ? leafReader(node.element, wanted) : undefined
      if (leaf === undefined) throw mismatch(node, wanted)
      return { kind: 'leaf', node, leaf }
    }
  }
}

function planStruct(node: SchemaNode, { fields }: StructType, finder: ColumnFinder): StructPlan {
  const members = fields.map((field) => {
    const child = finder.find(node, field)
    return { name: field.name, plan: child ? planNode(child, field.type, finder) : MISSING }
  })
  const guide = guideOf(
    members.map(({ plan }) => plan),
    node,
  )
  return { kind: 'struct', members, present: node.definition, guide }
}

/** The columns of the group that stores a variant have types of their own: those of the file. */
function planVariant(node: SchemaNode): ReadPlan | undefined {
  const stored = deltaSchema(node)
  const read = variantReader(stored)
  return read && { kind: 'variant', content: planStruct(node, stored, new ColumnFinder('name')), read }
}

function spineOf(node: SchemaNode, repeated: SchemaNode, parts: readonly ReadPlan[]): Spine {
  return { present: node.definition, repeated, guide: guideOf(parts, node) }
}

/** The leaf to take levels from: one that is read anyway, and of those the least repeated, as it has the fewest. */
function guideOf(parts: readonly ReadPlan[], node: SchemaNode): SchemaNode {
  const read = parts.flatMap(guideIn)
  const candidates = read.length > 0 ? read : leavesOf(node)
  const [first] = candidates.toSorted((a, b) => a.repetition - b.repetition)
  if (first === undefined) throw new DeltaError('unsupported', `column '${node.path.join('.')}' is a struct of nothing`)
  return first
}

function guideIn(plan: ReadPlan): SchemaNode[] {
  switch (plan.kind) {
    case 'missing':
      return []
    case 'leaf':
      return [plan.node]
    case 'struct':
      return [plan.guide]
    case 'variant':
      return [plan.content.guide]
    default:
      return [plan.spine.guide]
  }
}

function leavesOf(node: SchemaNode): SchemaNode[] {
  return node.element.type === undefined ? node.children.flatMap(leavesOf) : [node]
}

/** The leaves that a plan reads, and how; without a reader where only the levels are of use. */
export function leavesRead(plan: ReadPlan): { node: SchemaNode; leaf: LeafReader | undefined }[] {
  switch (plan.kind) {
    case 'missing':
      return []
    case 'leaf':
      return [plan]
    case 'struct':
      return [{ node: plan.guide, leaf: undefined }, ...plan.members.flatMap((member) => leavesRead(member.plan))]
    case 'variant':
      return leavesRead(plan.content)
    case 'list':
      return [{ node: plan.spine.guide, leaf: undefined }, ...leavesRead(plan.element)]
    case 'map':
      return [{ node: plan.spine.guide, leaf: undefined }, ...leavesRead(plan.key), ...leavesRead(plan.value)]
  }
}

const SHAPE_NAMES = { variant: 'a variant', struct: 'a group', list: 'a list', map: 'a map' } as const

function mismatch(node: SchemaNode, wanted: DeltaType): DeltaError {
  const column = node.path.join('.')
  const { kind } = nodeShape(node)
  const content = kind === 'leaf' ? storedName(node.element) : SHAPE_NAMES[kind]
  const stored = node.element.repetition_type === 'REPEATED' ? `repeated ${content}` : content
  return new DeltaError(
    'unsupported',
    `column '${column}' is stored as ${stored}, which cannot be read as ${typeName(wanted)}`,
    {
      column,
    },
  )
}
