import { CastError, caster, type DeltaType, elementsOf, entriesOf } from '../../schema/index.ts'

/** Appends the parts of a list or map to the columns that they belong to. @returns how many. @throws {CastError} */
export type Taker = (value: unknown, columns: readonly unknown[][]) => number

/** The elements of an array go to the first column. */
export const takeElements: Taker = (value, [column = []]) => {
  const elements = elementsOf(value)
  if (elements === undefined) throw new CastError('an array', 'something else')
  for (let i = 0; i < elements.length; i++) column.push(elements[i])
  return elements.length
}

/** The keys of a map go to the first column, its values to the second. */
export function entryTaker(keyType: DeltaType): Taker {
  const isNative = nativeKey(keyType)
  const castKeys = caster({ type: 'map', keyType, valueType: { type: 'void' }, valueContainsNull: true })
  return (map, [keys = [], values = []]) => {
    const entries = entriesOf(map, keyType)
    if (entries === undefined) throw new CastError('a map', 'something else')
    const before = keys.length
    let native = !Array.isArray(map)
    for (const [key, value] of entries) {
      if (!isNative(key)) native = false
      keys.push(key)
      values.push(value)
    }
    if (!native) castKeys(keys.slice(before).map((key) => ({ key })))
    return keys.length - before
  }
}

/**
 * Whether a key is in the form in which `Map` and object tell keys of its type apart as Parquet does. Others, as a `Date`
 * and the text of the same moment, have to be cast before it shows that a key comes twice.
 */
function nativeKey({ type }: DeltaType): (key: unknown) => boolean {
  switch (type) {
    case 'string':
      return (key) => typeof key === 'string'
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
    case 'double':
      return (key) => typeof key === 'number'
    default:
      return () => false
  }
}
