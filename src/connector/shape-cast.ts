import { describeValue, memberReader } from '../schema/index.ts'
import { type CastProblem, castValue } from './cast.ts'
import type { ValuePolicy } from './cast-policy.ts'
import { isGarbled } from './garbled.ts'
import type { ObjectShape, Shape } from './nested-shape.ts'
import { isObject, isPrivateName } from './public-json.ts'

/** What is to be said of the values inside a struct or an array. */
export interface PartProblem {
  /** Garbled text is looked for here, where it is known what is text. */
  readonly problem: CastProblem | 'GARBLED_TEXT'
  /** Where it stands, and the value, shortened, in words: `specs.weight: the text "heavy"`. */
  readonly found: string
}

export interface ShapedValue {
  /** A struct or an array in the form in which rows come in. */
  readonly value: unknown
  /** The first of each kind. */
  readonly problems: readonly PartProblem[]
  /** Paths of members that the shape does not have, `specs.colours` or `sizes[].unit`, each once: left out. */
  readonly extraFields: readonly string[]
}

/**
 * The function that casts the values of a field whose shape is known. It never throws: a part that does not fit is null and says
 * so, and the rest stays. Private members are dropped without a word, at every depth.
 */
export function shapeCaster(shape: Shape, field: string): (value: unknown) => ShapedValue {
  const cast = partCaster(shape, field)
  return (value) => {
    const notes: Notes = { problems: undefined, extra: undefined }
    const result = cast(value, notes)
    return { value: result, problems: notes.problems ?? NONE, extraFields: notes.extra ? [...notes.extra] : NONE }
  }
}

const NONE: readonly never[] = []

/** What is to be said of one value; most have nothing. */
interface Notes {
  problems: PartProblem[] | undefined
  extra: Set<string> | undefined
}

/** Gets a value that is there. */
type PartCaster = (value: unknown, notes: Notes) => unknown

function partCaster(shape: Shape, path: string): PartCaster {
  switch (shape.kind) {
    case 'value':
      return valueCaster(shape.policy, path)
    case 'array':
      return arrayCaster(partCaster(shape.item, `${path}[]`), path)
    case 'object':
      return objectCaster(shape, path)
  }
}

function valueCaster(policy: ValuePolicy, path: string): PartCaster {
  return (given, notes) => {
    const { value, problem } = castValue(policy, given)
    if (problem !== undefined) note(notes, problem, path, given)
    if (policy === 'TO_STRING' && isGarbled(typeof given === 'string' ? given : String(value))) {
      note(notes, 'GARBLED_TEXT', path, given)
    }
    return value
  }
}

function arrayCaster(cast: PartCaster, path: string): PartCaster {
  return (given, notes) => {
    if (!Array.isArray(given)) return unfit(notes, path, given)
    return Array.from(given, (item: unknown) => (isThere(item) ? cast(item, notes) : null))
  }
}

function objectCaster({ members }: ObjectShape, path: string): PartCaster {
  const parts = members.map(({ name, shape }) => {
    return { name, read: memberReader(name), cast: partCaster(shape, `${path}.${name}`) }
  })
  const names = new Set(members.map(({ name }) => name))
  return (given, notes) => {
    if (!isObject(given)) return unfit(notes, path, given)
    const object: Record<string, unknown> = {}
    for (const { name, read, cast } of parts) {
      const member = read(given)
      object[name] = isThere(member) ? cast(member, notes) : null
    }
    for (const name of Object.keys(given)) {
      if (names.has(name) || isPrivateName(name)) continue
      notes.extra ??= new Set()
      notes.extra.add(`${path}.${name}`)
    }
    return object
  }
}

function isThere(value: unknown): boolean {
  return value !== null && value !== undefined
}

function unfit(notes: Notes, path: string, given: unknown): null {
  note(notes, 'CAST_FAILED', path, given)
  return null
}

function note(notes: Notes, problem: PartProblem['problem'], path: string, given: unknown): void {
  notes.problems ??= []
  if (notes.problems.some((known) => known.problem === problem)) return
  notes.problems.push({ problem, found: `${shortPath(path)}: ${describeValue(given)}` })
}

/** How much of a path a sample shows: the value after it is what it is for. */
const MAX_PATH = 40

function shortPath(path: string): string {
  return path.length > MAX_PATH ? `…${path.slice(1 - MAX_PATH)}` : path
}
