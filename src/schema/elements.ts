import { arrowValues } from './arrow-column.ts'
import { isArrowVector } from './arrow-vector.ts'
import { CastError, describeValue } from './cast-error.ts'
import { isPlainObject } from './members.ts'
import type { DeltaType } from './types.ts'

/** The elements of a value that an array column takes; undefined when it is none. */
export function elementsOf(value: unknown): ArrayLike<unknown> | undefined {
  if (Array.isArray(value)) return value
  if (ArrayBuffer.isView(value)) return value instanceof DataView ? undefined : (value as unknown as ArrayLike<unknown>)
  return isArrowVector(value) ? arrowValues(value) : undefined
}

/** Whether numbers are floating-point by the array that they come in, even where all of them are whole. */
export function areFloats(values: unknown): boolean {
  return values instanceof Float64Array || values instanceof Float32Array
}

type Entry = readonly [key: unknown, value: unknown]

/** The entries of a value that a map column takes; undefined when it is none. */
export function entriesOf(value: unknown, keyType: DeltaType): Iterable<Entry> | undefined {
  if (value instanceof Map) return value
  if (Array.isArray(value)) return Array.from(value, entryOf)
  return keyType.type === 'string' && isPlainObject(value) ? Object.entries(value) : undefined
}

function entryOf(entry: unknown, index: number): Entry {
  const isEntry = isPlainObject(entry) && Object.keys(entry).every((name) => name === 'key' || name === 'value')
  if (!isEntry) throw new CastError('an entry of a map, {key, value}', describeValue(entry), `[${index}]`)
  return [entry.key, entry.value]
}
