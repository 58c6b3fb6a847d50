/**
 * The physical form of a value without parts, the one in which columns are encoded, bounds compared and filters
 * evaluated:
 *
 * | Delta type | physical value |
 * |---|---|
 * | byte, short, integer | `number` |
 * | long | `number` within ±(2^53−1), else `bigint` |
 * | float, double | `number` (float: already rounded to 32 bits) |
 * | decimal | the unscaled integer: `number` within ±(2^53−1), else `bigint` |
 * | date | days since 1970-01-01: `number` |
 * | timestamp, timestamp_ntz | microseconds since 1970: `number` within ±(2^53−1), else `bigint` |
 * | string | `string` |
 * | binary | `Uint8Array` |
 * | boolean | `boolean` |
 * | variant | the value as rows have it, with its parts |
 *
 * Integers compare right across `number` and `bigint` with `<` and `>`; strings and binary compare by their (UTF-8)
 * bytes, which JavaScript's `<` on strings does not do: use `comparePhysical`.
 */
export type PhysicalValue = number | bigint | string | boolean | Uint8Array

/** The physical form of a value of any type: without parts, or a struct, an array, a map of such values and nulls. */
export type PhysicalTree = PhysicalValue | PhysicalStruct | PhysicalArray | PhysicalMap

/** Every field of the struct as an own property, even one that is called `__proto__`. */
export interface PhysicalStruct {
  readonly [field: string]: PhysicalTree | null
}

export type PhysicalArray = readonly (PhysicalTree | null)[]

/** Each key once: a key with parts, or of bytes, is another object than its equals. */
export type PhysicalMap = ReadonlyMap<PhysicalTree, PhysicalTree | null>

export function isPhysicalArray(tree: PhysicalTree | null): tree is PhysicalArray {
  return Array.isArray(tree)
}

export function isPhysicalMap(tree: PhysicalTree | null): tree is PhysicalMap {
  return tree instanceof Map
}

export function isPhysicalStruct(tree: PhysicalTree | null): tree is PhysicalStruct {
  return (
    typeof tree === 'object' &&
    tree !== null &&
    !isPhysicalValue(tree) &&
    !isPhysicalArray(tree) &&
    !isPhysicalMap(tree)
  )
}

/** Whether a value has no parts. */
export function isPhysicalValue(tree: PhysicalTree | null): tree is PhysicalValue {
  return typeof tree !== 'object' || tree instanceof Uint8Array
}

/** The value at a path of struct fields, from `path[from]` on; null below a struct that is null. */
export function physicalAt(tree: PhysicalTree | null, path: readonly string[], from = 0): PhysicalTree | null {
  let value = tree
  for (let i = from; i < path.length; i++) {
    if (!isPhysicalStruct(value)) return null
    value = value[path[i] ?? ''] ?? null
  }
  return value
}
