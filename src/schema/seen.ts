import { CastError, describeValue, entryStep, fieldStep, within } from './cast-error.ts'
import { MAX_NESTING } from './columns.ts'
import { areFloats, elementsOf } from './elements.ts'
import { DOUBLE, type Kinds, LIST, MAP, OBJECT, scalarKind } from './kinds.ts'
import { isPlainObject, type Members } from './members.ts'

/** What was seen at one place of the rows: the kinds of value, and what was seen inside those that have parts. */
export interface Seen {
  kinds: Kinds
  /** Of objects, in the order in which they first appeared. */
  fields?: Map<string, Seen>
  /** Of arrays. */
  element?: Seen
  /** Of maps. */
  key?: Seen
  value?: Seen
}

export function nothingSeen(): Seen {
  return { kinds: 0 }
}

/** What was seen of one member, which may be new. */
export function seenOf(members: Map<string, Seen>, name: string): Seen {
  const known = members.get(name)
  if (known !== undefined) return known
  const seen = nothingSeen()
  members.set(name, seen)
  return seen
}

/**
 * Adds a value to what was seen.
 * @throws {CastError} for what is no value, and for values that nest too deep, as those do that contain themselves.
 */
export function look(seen: Seen, value: unknown, depth: number): void {
  const kind = scalarKind(value)
  if (kind !== undefined) {
    seen.kinds |= kind
    return
  }
  if (depth > MAX_NESTING)
    throw new CastError(`at most ${MAX_NESTING} levels of nesting`, 'more; does it contain itself?')
  const elements = elementsOf(value)
  if (elements !== undefined) lookAtElements(seen, elements, depth)
  else if (value instanceof Map) lookAtEntries(seen, value, depth)
  else if (isPlainObject(value) && !isOpaque(value)) lookAtFields(seen, value, depth)
  else throw new CastError('a value, an object, an array or a Map', describeValue(value))
}

/** An object of a class that shows no members, a promise perhaps: it would be taken as an empty one. */
function isOpaque(value: Members): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype !== null && prototype !== Object.prototype && Object.keys(value).length === 0
}

function lookAtFields(seen: Seen, value: Members, depth: number): void {
  seen.kinds |= OBJECT
  seen.fields ??= new Map()
  for (const name of Object.keys(value)) lookInto(seenOf(seen.fields, name), value[name], fieldStep, name, depth)
}

function lookAtElements(seen: Seen, elements: ArrayLike<unknown>, depth: number): void {
  seen.kinds |= LIST
  seen.element ??= nothingSeen()
  if (areFloats(elements)) seen.element.kinds |= DOUBLE
  for (let i = 0; i < elements.length; i++) lookInto(seen.element, elements[i], elementStep, i, depth)
}

function lookAtEntries(seen: Seen, map: ReadonlyMap<unknown, unknown>, depth: number): void {
  seen.kinds |= MAP
  seen.key ??= nothingSeen()
  seen.value ??= nothingSeen()
  for (const [key, value] of map) {
    lookInto(seen.key, key, entryStep, key, depth)
    lookInto(seen.value, value, entryStep, key, depth)
  }
}

function elementStep(index: number): string {
  return `[${index}]`
}

/** @param step makes the step down, which is only needed for a refusal. */
function lookInto<T>(seen: Seen, value: unknown, step: (part: T) => string, part: T, depth: number): void {
  try {
    look(seen, value, depth + 1)
  } catch (error) {
    throw within(step(part), error)
  }
}
