import { formatJson, isJsonObject, JsonNumber, type JsonValue } from '../json.ts'

/** How deep objects and arrays of one value may nest, as everywhere where JSON is read. */
const MAX_DEPTH = 500

/**
 * Whether a key is private by its name. Customers' fields begin with a letter, so a leading `_` is always a key of the
 * extraction itself, and it is never published, at any depth.
 */
export function isPrivateName(name: string): boolean {
  return name.startsWith('_')
}

/**
 * A value as compact JSON, keys in their order, without private keys at any depth. Undefined when JSON has no words for
 * it: NaN, a function, a `Date`, a nesting without end. Half a surrogate pair is written as an escape, so the text itself
 * is well-formed.
 */
export function formatPublicJson(value: unknown, depth = 0): string | undefined {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      return Number.isFinite(value) ? formatJson(value) : undefined
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'object':
      if (value === null) return 'null'
      if (value instanceof JsonNumber) return value.text
      return depth < MAX_DEPTH ? formatParts(value, depth + 1) : undefined
    default:
      return undefined
  }
}

function formatParts(value: object, depth: number): string | undefined {
  if (Array.isArray(value)) {
    const items = value.map((item) => formatPublicJson(item ?? null, depth))
    return items.includes(undefined) ? undefined : `[${items.join(',')}]`
  }
  if (!isObject(value)) return undefined
  let members = ''
  for (const key of Object.keys(value)) {
    const member = value[key]
    if (member === undefined || isPrivateName(key)) continue
    const text = formatPublicJson(member, depth)
    if (text === undefined) return undefined
    members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${text}`
  }
  return `{${members}}`
}

/** Whether a value is an object of keys and values, as JSON has them: no array, no `Date`, no instance of a class. */
export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** A value in one form, however it was written: its keys sorted by UTF-16 units, its private keys left out. */
export function canonicalJson(value: JsonValue): JsonValue {
  return mapMembers(value, (names) => names.filter((name) => !isPrivateName(name)).sort())
}

/** A value without some keys, at any depth. */
export function withoutMembers(value: JsonValue, isLeftOut: (name: string) => boolean): JsonValue {
  return mapMembers(value, (names) => names.filter((name) => !isLeftOut(name)))
}

function mapMembers(value: JsonValue, select: (names: string[]) => string[]): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => mapMembers(item, select))
  if (!isJsonObject(value)) return value
  const names = select(Object.keys(value))
  return Object.fromEntries(names.map((name) => [name, mapMembers(value[name] ?? null, select)]))
}
