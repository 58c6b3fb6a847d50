import {
  type DeltaType,
  formatField,
  type PrimitiveName,
  type StructType,
  withoutColumnMapping,
} from '../schema/index.ts'

/** A column as Unity Catalog is told of it, in Spark's terms. */
export interface CatalogColumn {
  readonly name: string
  /** `LONG`, `STRUCT` … */
  readonly typeName: string
  /** As Spark's catalog spells it: `struct<amount:decimal(20,4)>`. */
  readonly typeText: string
  /** Spark's `StructField` as JSON. */
  readonly typeJson: string
  /** Of a decimal. */
  readonly precision?: number | undefined
  readonly scale?: number | undefined
  /** From 0. */
  readonly position: number
  readonly nullable: boolean
  readonly comment?: string | undefined
}

/**
 * The columns of a table as Unity Catalog is to know them. How the files call a column is the log's matter and not told,
 * as Spark does not.
 */
export function catalogColumns(schema: StructType): CatalogColumn[] {
  return withoutColumnMapping(schema).fields.map((field, position) => {
    const { name, type, nullable, metadata } = field
    return {
      name,
      typeName: nameOf(type),
      typeText: textOf(type),
      typeJson: formatField(field),
      ...(type.type === 'decimal' ? { precision: type.precision, scale: type.scale } : {}),
      position,
      nullable,
      ...(typeof metadata.comment === 'string' ? { comment: metadata.comment } : {}),
    }
  })
}

export function formatColumn(column: CatalogColumn): Record<string, unknown> {
  return {
    name: column.name,
    type_name: column.typeName,
    type_text: column.typeText,
    type_json: column.typeJson,
    type_precision: column.precision,
    type_scale: column.scale,
    position: column.position,
    nullable: column.nullable,
    comment: column.comment,
  }
}

/** What a type is called in the API, and in Spark's catalog. */
const PRIMITIVES: Readonly<Record<PrimitiveName, readonly [name: string, text: string]>> = {
  string: ['STRING', 'string'],
  long: ['LONG', 'bigint'],
  integer: ['INT', 'int'],
  short: ['SHORT', 'smallint'],
  byte: ['BYTE', 'tinyint'],
  float: ['FLOAT', 'float'],
  double: ['DOUBLE', 'double'],
  boolean: ['BOOLEAN', 'boolean'],
  binary: ['BINARY', 'binary'],
  date: ['DATE', 'date'],
  timestamp: ['TIMESTAMP', 'timestamp'],
  timestamp_ntz: ['TIMESTAMP_NTZ', 'timestamp_ntz'],
  variant: ['VARIANT', 'variant'],
  void: ['NULL', 'void'],
}

function nameOf(type: DeltaType): string {
  switch (type.type) {
    case 'struct':
    case 'array':
    case 'map':
    case 'decimal':
      return type.type.toUpperCase()
    default:
      return PRIMITIVES[type.type][0]
  }
}

function textOf(type: DeltaType): string {
  switch (type.type) {
    case 'struct':
      return `struct<${type.fields.map(({ name, type }) => `${name}:${textOf(type)}`).join(',')}>`
    case 'array':
      return `array<${textOf(type.elementType)}>`
    case 'map':
      return `map<${textOf(type.keyType)},${textOf(type.valueType)}>`
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    default:
      return PRIMITIVES[type.type][1]
  }
}
