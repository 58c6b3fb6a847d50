import { JsonNumber } from '../json.ts'

/** The members of an object that came from outside. */
export type Members = Readonly<Record<string, unknown>>

/** Any object as its members; anything else has none. */
export function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {}
}

/** Whether a value is an object that only holds members: a `Date`, bytes, a `Map` or an exact number is a value. */
export function isPlainObject(value: unknown): value is Members {
  if (typeof value !== 'object' || value === null) return false
  // Nearly every value is one of these, and the rest of the questions costs ten times as much.
  if (Object.getPrototypeOf(value) === Object.prototype) return true
  if (Array.isArray(value)) return false
  const isValue = value instanceof Date || value instanceof Map || value instanceof Set || value instanceof JsonNumber
  return !isValue && !ArrayBuffer.isView(value)
}

/** Makes any name an own property, where assigning to `__proto__` would set the prototype. */
export function setMember<T>(object: Record<string, T>, name: string, value: T): void {
  if (name !== '__proto__') object[name] = value
  else Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true })
}

/** Reads one member. A name that every object inherits counts only where the object has it itself. */
export function memberReader(name: string): (object: Members) => unknown {
  if (!(name in Object.prototype)) return (object) => object[name]
  return (object) => (Object.hasOwn(object, name) ? object[name] : undefined)
}
