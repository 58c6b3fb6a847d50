import type { PhysicalMap, PhysicalStruct, PhysicalTree } from '../../schema/index.ts'
import type { StoredColumn } from './column-reader.ts'
import type { ReadPlan, Spine, StructPlan } from './read-plan.ts'
import type { SchemaNode } from './schema-tree.ts'

/** The columns read, by the leaf of the file's schema. */
export type StoredColumns = (node: SchemaNode) => StoredColumn

type Column = readonly (PhysicalTree | null)[]

/** The places that a column fills: entries of at least this definition that go on at most this deep. */
interface Slots {
  readonly definition: number
  readonly repetition: number
  readonly count: number
}

/**
 * Puts a column together, one value a row. It goes down the plan and makes one array a level for all rows at once, each
 * in one pass over the levels of one leaf: the contents of all structs or lists are whole before they are dealt out.
 * @throws {RangeError} when the leaves do not agree on how many there are.
 */
export function assemble(plan: ReadPlan, leaves: StoredColumns, rows: number): Column {
  return fill(plan, leaves, { definition: 0, repetition: 0, count: rows })
}

function fill(plan: ReadPlan, leaves: StoredColumns, slots: Slots): Column {
  switch (plan.kind) {
    case 'missing':
      return new Array(slots.count).fill(null)
    case 'leaf':
      return fillLeaf(leaves(plan.node), plan.node.definition, slots)
    case 'struct':
      return fillStructs(plan, leaves, slots)
    case 'variant':
      return fillStructs(plan.content, leaves, slots).map((group) => (group === null ? null : plan.read(group)))
    case 'list': {
      const lists = divide(leaves(plan.spine.guide), plan.spine, slots)
      const elements = fill(plan.element, leaves, lists.elements)
      return deal(lists, (start, end) => elements.slice(start, end))
    }
    case 'map': {
      const maps = divide(leaves(plan.spine.guide), plan.spine, slots)
      const keys = fill(plan.key, leaves, maps.elements)
      const values = fill(plan.value, leaves, maps.elements)
      return deal(maps, (start, end) => mapOf(keys, values, start, end))
    }
  }
}

function fillLeaf({ entries, definitions, values }: StoredColumn, present: number, slots: Slots): Column {
  if (definitions === undefined || values.length === entries) {
    checkCount(values.length, slots.count)
    return values
  }
  if (values.length === 0 && slots.definition === 0) {
    checkCount(entries, slots.count)
    return new Array(entries).fill(null)
  }
  const column: (PhysicalTree | null)[] = new Array(slots.count)
  let slot = 0
  let next = 0
  for (let i = 0; i < entries; i++) {
    const level = definitions[i] ?? 0
    if (level < slots.definition) continue
    if (slot < slots.count) column[slot] = level === present ? (values[next++] ?? null) : null
    slot++
  }
  checkCount(slot, slots.count)
  return column
}

function fillStructs(
  { members, present, guide }: StructPlan,
  leaves: StoredColumns,
  slots: Slots,
): (PhysicalStruct | null)[] {
  const { entries, definitions, repetitions } = leaves(guide)
  const isThere = new Uint8Array(slots.count)
  let slot = 0
  let count = 0
  for (let i = 0; i < entries; i++) {
    const level = definitions?.[i] ?? present
    if (level < slots.definition || (repetitions?.[i] ?? 0) > slots.repetition) continue
    if (level >= present && slot < slots.count) {
      isThere[slot] = 1
      count++
    }
    slot++
  }
  checkCount(slot, slots.count)
  const inside = { definition: present, repetition: slots.repetition, count }
  const columns = members.map(({ name, plan }) => ({ name, values: fill(plan, leaves, inside) }))
  const toStruct = members.some(({ name }) => name === '__proto__') ? structWithAnyName : plainStruct
  let index = 0
  return Array.from(isThere, (there) => (there === 1 ? toStruct(columns, index++) : null))
}

type Members = readonly { readonly name: string; readonly values: Column }[]

function plainStruct(members: Members, index: number): PhysicalStruct {
  const struct: Record<string, PhysicalTree | null> = {}
  for (const { name, values } of members) struct[name] = values[index] ?? null
  return struct
}

/** Assigning to `__proto__` would set the prototype. */
function structWithAnyName(members: Members, index: number): PhysicalStruct {
  return Object.fromEntries(members.map(({ name, values }) => [name, values[index] ?? null]))
}

/** Where in their elements lists lie. */
interface Division {
  /** A list, by the slot it fills, has the elements from `starts` up to `ends`. A null one starts at −1. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly elements: Slots
}

function divide(guide: StoredColumn, { present, repeated }: Spine, slots: Slots): Division {
  const { entries, definitions, repetitions } = guide
  const starts = new Int32Array(slots.count)
  const ends = new Int32Array(slots.count)
  let slot = -1
  let count = 0
  /** Whether the list in `slot` has an element, so that another may follow. */
  let isOpen = false
  for (let i = 0; i < entries; i++) {
    const depth = repetitions?.[i] ?? 0
    const level = definitions?.[i] ?? 0
    if (depth > repeated.repetition) continue
    if (depth === repeated.repetition) {
      if (!isOpen || level < repeated.definition) throw new RangeError('a list goes on that has not begun')
      ends[slot] = ++count
      continue
    }
    isOpen = level >= repeated.definition
    if (level < slots.definition) continue
    slot++
    starts[slot] = level < present ? -1 : count
    if (isOpen) count++
    ends[slot] = count
  }
  checkCount(slot + 1, slots.count)
  return { starts, ends, elements: { definition: repeated.definition, repetition: repeated.repetition, count } }
}

function deal<Value>({ starts, ends }: Division, make: (start: number, end: number) => Value): (Value | null)[] {
  return Array.from(starts, (start, slot) => (start < 0 ? null : make(start, ends[slot] ?? start)))
}

function mapOf(keys: Column, values: Column, start: number, end: number): PhysicalMap {
  const map = new Map<PhysicalTree, PhysicalTree | null>()
  for (let i = start; i < end; i++) {
    const key = keys[i] ?? null
    if (key === null) throw new RangeError('a map has a null key')
    map.set(key, values[i] ?? null)
  }
  return map
}

function checkCount(found: number, expected: number): void {
  if (found !== expected) throw new RangeError(`its pages hold ${found} of ${expected} values`)
}
