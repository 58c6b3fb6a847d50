import { CastError, describeValue, entryStep, fieldStep, within } from './cast-error.ts'
import { leafCaster } from './cast-leaf.ts'
import { elementsOf, entriesOf } from './elements.ts'
import { isPlainObject, type Members, memberReader, setMember } from './members.ts'
import type { PhysicalTree } from './physical.ts'
import { valueText } from './row-json.ts'
import { rowValue } from './row-value.ts'
import type { ArrayType, DeltaType, MapType, StructType } from './types.ts'

/** Turns one value of a row into its physical form; null and undefined are null. @throws {CastError} */
export type Caster = (value: unknown) => PhysicalTree | null

/**
 * The function that takes a column's values in. It is exact: what the type cannot hold is refused with a
 * {@link CastError}, never cut or rounded, but for the one rounding that a `float` is made for.
 *
 * A struct is an object, an absent field null, a member that is no field refused. An array is an array, a typed array or
 * an Arrow vector. A map is a `Map`, an array of `{key, value}`, or, where its keys are strings, an object.
 * @throws {DeltaError} `unsupported` for variant, at any depth.
 */
export function caster(type: DeltaType): Caster {
  switch (type.type) {
    case 'struct':
      return structCaster(type)
    case 'array':
      return arrayCaster(type)
    case 'map':
      return mapCaster(type)
    default:
      return leafCaster(type)
  }
}

function structCaster({ fields }: StructType): Caster {
  const members = fields.map(({ name, type, nullable }) => ({
    name,
    read: memberReader(name),
    cast: nullable ? caster(type) : present(caster(type), 'a value, because the field is not nullable'),
  }))
  const known = new Set(fields.map((field) => field.name))
  return (value) => {
    if (value === null || value === undefined) return null
    if (!isPlainObject(value)) throw new CastError('struct, an object of its fields', describeValue(value))
    const struct: Record<string, PhysicalTree | null> = {}
    let found = 0
    let at = ''
    try {
      for (const { name, read, cast } of members) {
        at = name
        const member = read(value)
        if (member !== undefined) found++
        setMember(struct, name, cast(member))
      }
    } catch (error) {
      throw within(fieldStep(at), error)
    }
    refuseUnknown(value, found, known)
    return struct
  }
}

/** To count an object's keys is cheap: only when there are more of them than were found, the names are compared. */
function refuseUnknown(value: Members, found: number, known: ReadonlySet<string>): void {
  let keys = 0
  for (const _ in value) keys++
  if (keys === found) return
  const unknown = Object.keys(value).find((name) => !known.has(name) && value[name] !== undefined)
  if (unknown === undefined) return
  throw new CastError(
    `struct, an object of the fields ${[...known].join(', ')}`,
    `the member ${JSON.stringify(unknown)}`,
  )
}

function arrayCaster({ elementType, containsNull }: ArrayType): Caster {
  const anything = caster(elementType)
  const cast = containsNull ? anything : present(anything, 'a value, because the elements are not nullable')
  return (value) => {
    if (value === null || value === undefined) return null
    const elements = elementsOf(value)
    if (elements === undefined) throw new CastError('array, an array or a typed array', describeValue(value))
    const array: (PhysicalTree | null)[] = []
    try {
      for (let i = 0; i < elements.length; i++) array.push(cast(elements[i]))
    } catch (error) {
      throw within(`[${array.length}]`, error)
    }
    return array
  }
}

function mapCaster({ keyType, valueType, valueContainsNull }: MapType): Caster {
  const castKey = present(caster(keyType), 'a key, because the keys of a map are never null')
  const anything = caster(valueType)
  const castValue = valueContainsNull ? anything : present(anything, 'a value, because the values are not nullable')
  const keyText = hasSimpleEquals(keyType) ? undefined : textOf(keyType)
  return (value) => {
    if (value === null || value === undefined) return null
    const entries = entriesOf(value, keyType)
    if (entries === undefined) {
      const objects = keyType.type === 'string' ? ', an object' : ''
      throw new CastError(`map, a Map${objects} or an array of {key, value}`, describeValue(value))
    }
    const map = new Map<PhysicalTree, PhysicalTree | null>()
    const seen = keyText === undefined ? map : new Set<string>()
    for (const [key, item] of entries) {
      const before = seen.size
      try {
        const physicalKey = castKey(key)
        map.set(physicalKey, castValue(item))
        if (keyText !== undefined && seen instanceof Set) seen.add(keyText(physicalKey))
        if (seen.size === before) throw new CastError('each key of the map once', 'it again')
      } catch (error) {
        throw within(entryStep(key), error)
      }
    }
    return map
  }
}

/** Whether equal keys of a type are equal for a `Map` of JavaScript, too. */
function hasSimpleEquals({ type }: DeltaType): boolean {
  return type !== 'binary' && type !== 'struct' && type !== 'array' && type !== 'map'
}

/** A text of a physical value that only its equals share. */
function textOf(type: DeltaType): (physical: PhysicalTree) => string {
  const out = rowValue(type)
  const text = valueText(type)
  return (physical) => text(out(physical))
}

function present(cast: Caster, expected: string): (value: unknown) => PhysicalTree {
  return (value) => {
    const physical = cast(value)
    if (physical === null) throw new CastError(expected, 'none')
    return physical
  }
}
