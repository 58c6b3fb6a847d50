import { elementsOf } from './elements.ts'
import { isPlainObject, setMember } from './members.ts'
import type { Row } from './row.ts'
import { toJsonText, toText } from './to-text.ts'
import type { DeltaType, StructType } from './types.ts'

/** A column, or a part of one, whose values are to be written as text. */
export interface TextColumn {
  /** Names of struct fields from the top; `element` steps into an array, `key` and `value` into a map. */
  readonly path: readonly string[]
  /** A scalar as its own text, or any value as JSON text. */
  readonly as: 'text' | 'json'
}

/**
 * The function that gives a row with text in the places that are named; without such places, the row itself.
 * @param schema leaves out the places where it wants something else than a string: what does not fit is then refused by
 * the caster, which says what it expected.
 */
export function rowsAsText(columns: readonly TextColumn[], schema?: StructType): (row: Row) => Row {
  const wanted = columns.filter(({ path }) => schema === undefined || typeInside(schema, path)?.type === 'string')
  if (wanted.length === 0) return (row) => row
  return (row) => {
    const copy = { ...row }
    for (const { path, as } of wanted) replaceMember(copy, path, as === 'json' ? toJsonText : toText)
    return copy
  }
}

type ToText = (value: unknown) => string | null

/** The value with text at the end of a path. Nothing is changed in place. */
function withText(value: unknown, path: readonly string[], text: ToText): unknown {
  const [step, ...rest] = path
  if (step === undefined) return text(value)
  if (value === null || value === undefined) return value
  const elements = elementsOf(value)
  if (elements !== undefined) return Array.from(elements, (element) => withText(element, rest, text))
  if (value instanceof Map) {
    const replace = (part: unknown, name: string): unknown => (name === step ? withText(part, rest, text) : part)
    return new Map(
      Array.from(value, ([key, item]: [unknown, unknown]) => [replace(key, 'key'), replace(item, 'value')]),
    )
  }
  if (!isPlainObject(value)) return value
  const copy = { ...value }
  replaceMember(copy, path, text)
  return copy
}

function replaceMember(object: Record<string, unknown>, [name = '', ...rest]: readonly string[], text: ToText): void {
  if (Object.hasOwn(object, name)) setMember(object, name, withText(object[name], rest, text))
}

function typeInside(type: DeltaType | undefined, [step, ...rest]: readonly string[]): DeltaType | undefined {
  if (step === undefined) return type
  switch (type?.type) {
    case 'struct':
      return typeInside(type.fields.find(({ name }) => name === step)?.type, rest)
    case 'array':
      return typeInside(type.elementType, rest)
    case 'map':
      return typeInside(step === 'key' ? type.keyType : type.valueType, rest)
    default:
      return undefined
  }
}
