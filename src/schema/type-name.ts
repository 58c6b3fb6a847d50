import type { DeltaType } from './types.ts'

/** A type as Spark's SQL spells it, for messages: `decimal(10,2)`, `array<string>`, `struct<a:long>`. */
export function typeName(type: DeltaType): string {
  switch (type.type) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'array':
      return `array<${typeName(type.elementType)}>`
    case 'map':
      return `map<${typeName(type.keyType)},${typeName(type.valueType)}>`
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${typeName(field.type)}`).join(',')}>`
    default:
      return type.type
  }
}
