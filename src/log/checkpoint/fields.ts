import type { DeltaType, StructField, StructType } from '../../schema/index.ts'

export const TEXT: DeltaType = { type: 'string' }
export const LONG: DeltaType = { type: 'long' }
export const FLAG: DeltaType = { type: 'boolean' }
export const TEXTS: DeltaType = { type: 'map', keyType: TEXT, valueType: TEXT, valueContainsNull: true }

/** Every field of a checkpoint may be null, as Spark has it: only the keys of maps must be there. */
export function storedField(name: string, type: DeltaType): StructField {
  return { name, type, nullable: true, metadata: {} }
}

export function storedStruct(fields: Readonly<Record<string, DeltaType>>): StructType {
  return { type: 'struct', fields: Object.entries(fields).map(([name, type]) => storedField(name, type)) }
}
