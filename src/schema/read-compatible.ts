import { DeltaError } from '../errors.ts'
import { physicalName } from './column-mapping.ts'
import { formatColumnPath } from './column-path.ts'
import { typeName } from './type-name.ts'
import { isWidening } from './type-widening.ts'
import type { DeltaType, StructType } from './types.ts'

/**
 * Lets an earlier schema of a table pass whose rows can be told in a later one: columns, at any depth, were at most added
 * (and are null then), renamed by column mapping, or widened in their type.
 * @throws {DeltaError} `unsupported` naming the column and what became of it.
 */
export function checkReadableAs(earlier: StructType, later: StructType, path: readonly string[] = []): void {
  const before = new Map(earlier.fields.map((field) => [physicalName(field), field]))
  const after = new Map(later.fields.map((field) => [physicalName(field), field]))
  for (const [name, field] of before) {
    const at = [...path, field.name]
    const now = after.get(name)
    if (now === undefined) throw changed(at, 'was dropped')
    if (field.nullable && !now.nullable) throw changed(at, 'became NOT NULL')
    checkType(field.type, now.type, at)
  }
  for (const [name, { name: column, nullable }] of after) {
    if (!before.has(name) && !nullable) throw changed([...path, column], 'was added as NOT NULL')
  }
}

function checkType(before: DeltaType, now: DeltaType, path: readonly string[]): void {
  if (before.type === 'struct' && now.type === 'struct') {
    checkReadableAs(before, now, path)
  } else if (before.type === 'array' && now.type === 'array') {
    checkType(before.elementType, now.elementType, [...path, 'element'])
  } else if (before.type === 'map' && now.type === 'map') {
    checkType(before.keyType, now.keyType, [...path, 'key'])
    checkType(before.valueType, now.valueType, [...path, 'value'])
  } else if (typeName(before) !== typeName(now) && !isWidening(before, now)) {
    throw changed(path, `was changed from ${typeName(before)} to ${typeName(now)}`)
  }
}

function changed(path: readonly string[], what: string): DeltaError {
  const column = formatColumnPath(path)
  return new DeltaError('unsupported', `column ${column} ${what}`, { column, feature: 'incompatible schema change' })
}
