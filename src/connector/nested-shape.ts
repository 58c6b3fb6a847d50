import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { type DeltaType, describeValue } from '../schema/index.ts'
import { type ColumnCast, castOfWord } from './cast-policy.ts'
import { type Field, isFieldName } from './field.ts'
import { canonicalJson } from './public-json.ts'

/** What an OBJECT or ARRAY holds, down to values of Kadoa's types. */
export type Shape = ObjectShape | ArrayShape | ({ readonly kind: 'value' } & ColumnCast)

export interface ObjectShape {
  readonly kind: 'object'
  /** In the order of their names, whichever the shape was written in: JSON says that it means nothing. */
  readonly members: readonly { readonly name: string; readonly shape: Shape }[]
}

interface ArrayShape {
  readonly kind: 'array'
  readonly item: Shape
}

/** A shape that leaves open what a part of it holds, or that no table can have. */
interface Unresolved {
  readonly kind: 'unresolved'
  /** Where, what was expected and what was found. */
  readonly why: string
}

/** How deep objects and arrays may nest: BigQuery, the strictest of those who may load the table, reads 15 levels. */
const MAX_DEPTH = 15

/**
 * What a field's `shape` declares, where it does so to the last value: a value by the name of its type (`"NUMBER"`), an
 * object by its members (`{"weight": "NUMBER"}`), an array by a list of what each element is (`["STRING"]`). Members are
 * called as fields are, differ by more than case, and private ones are left out.
 *
 * Nothing is guessed: an example of a value, a word that is no type, an object without members and the like are unresolved, for
 * a column that does not fit its values loses them.
 */
export function resolveShape({ dataType, shape }: Pick<Field, 'dataType' | 'shape'>): Shape | Unresolved {
  const resolved = resolve(canonicalJson(shape ?? null), { path: 'shape', depth: 0 })
  const kind = dataType === 'ARRAY' ? 'array' : 'object'
  if (resolved.kind === kind || resolved.kind === 'unresolved') return resolved
  return unresolved('shape', `${LISTED[kind]}, for the field is an ${dataType}`, shape)
}

/** The type of the columns that hold values of a shape; every part of them may be null. */
export function shapeType(shape: Shape): DeltaType {
  switch (shape.kind) {
    case 'value':
      return shape.type
    case 'array':
      return { type: 'array', elementType: shapeType(shape.item), containsNull: true }
    case 'object':
      return {
        type: 'struct',
        fields: shape.members.map((member) => {
          return { name: member.name, type: shapeType(member.shape), nullable: true, metadata: {} }
        }),
      }
  }
}

interface Place {
  readonly path: string
  readonly depth: number
}

const LISTED = { array: 'a list of one shape', object: 'an object of shapes' } as const

function resolve(shape: JsonValue, { path, depth }: Place): Shape | Unresolved {
  if (typeof shape === 'string') {
    const cast = castOfWord(shape)
    if (cast === undefined) return unresolved(path, 'the type of a value', shape)
    // Money is a struct itself.
    return cast.type.type === 'struct' && depth === MAX_DEPTH ? tooDeep(path, shape) : { kind: 'value', ...cast }
  }
  if (depth === MAX_DEPTH) return tooDeep(path, shape)
  if (Array.isArray(shape)) return resolveArray(shape, { path, depth })
  if (isJsonObject(shape)) return resolveObject(shape, { path, depth })
  return unresolved(path, `the type of a value, ${LISTED.object} or ${LISTED.array}`, shape)
}

function resolveArray(shape: readonly JsonValue[], { path, depth }: Place): ArrayShape | Unresolved {
  const [first, ...more] = shape
  if (first === undefined || more.length > 0) return unresolved(path, LISTED.array, shape)
  const item = resolve(first, { path: `${path}[]`, depth: depth + 1 })
  return item.kind === 'unresolved' ? item : { kind: 'array', item }
}

function resolveObject(shape: JsonObject, { path, depth }: Place): ObjectShape | Unresolved {
  const members: { name: string; shape: Shape }[] = []
  const names = new Map<string, string>()
  for (const [name, given] of Object.entries(shape)) {
    if (!isFieldName(name)) return unresolved(path, 'names of a letter, then letters, digits and "_"', name)
    const twin = names.get(name.toLowerCase())
    if (twin !== undefined) return unresolved(path, `names that differ by more than case from "${twin}"`, name)
    names.set(name.toLowerCase(), name)
    const member = resolve(given ?? null, { path: `${path}.${name}`, depth: depth + 1 })
    if (member.kind === 'unresolved') return member
    members.push({ name, shape: member })
  }
  return members.length === 0 ? unresolved(path, 'an object with members', shape) : { kind: 'object', members }
}

function tooDeep(path: string, found: unknown): Unresolved {
  return unresolved(path, `values at the ${MAX_DEPTH}th level`, found)
}

function unresolved(path: string, expected: string, found: unknown): Unresolved {
  return { kind: 'unresolved', why: `${path}: expected ${expected}, found ${describeValue(found)}` }
}
