import type { JsonObject } from '../json.ts'

/**
 * Delta's types, in the shape of the table's schema JSON but with one difference: every type is an object with a
 * literal `type`, so that code can switch on it (`delta-table.md` §2.7, PROTOCOL.md "Schema Serialization Format").
 */
export type DeltaType = PrimitiveType | DecimalType | StructType | ArrayType | MapType

export type PrimitiveName =
  | 'string'
  | 'long'
  | 'integer'
  | 'short'
  | 'byte'
  | 'float'
  | 'double'
  | 'boolean'
  | 'binary'
  | 'date'
  | 'timestamp'
  | 'timestamp_ntz'
  | 'variant'
  | 'void'

export interface PrimitiveType {
  readonly type: PrimitiveName
}

/** 1 ≤ precision ≤ 38, 0 ≤ scale ≤ precision. */
export interface DecimalType {
  readonly type: 'decimal'
  readonly precision: number
  readonly scale: number
}

export interface StructType {
  readonly type: 'struct'
  readonly fields: readonly StructField[]
}

export interface StructField {
  readonly name: string
  readonly type: DeltaType
  readonly nullable: boolean
  readonly metadata: JsonObject
}

export interface ArrayType {
  readonly type: 'array'
  readonly elementType: DeltaType
  readonly containsNull: boolean
}

export interface MapType {
  readonly type: 'map'
  readonly keyType: DeltaType
  readonly valueType: DeltaType
  readonly valueContainsNull: boolean
}
