import { DeltaError } from '../../errors.ts'
import { type DeltaType, formatColumnPath, typeName } from '../../schema/index.ts'

export type PhysicalType = 'BOOLEAN' | 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE' | 'BYTE_ARRAY' | 'FIXED_LEN_BYTE_ARRAY'

export type Annotation =
  | { readonly kind: 'string' }
  | { readonly kind: 'date' }
  | { readonly kind: 'timestamp'; readonly adjustedToUtc: boolean }
  | { readonly kind: 'integer'; readonly bits: 8 | 16 }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }

/** How a column of values without parts stands in a Parquet file. */
export interface LeafType {
  readonly physical: PhysicalType
  /** Bytes of a value of `FIXED_LEN_BYTE_ARRAY`. */
  readonly width?: number
  readonly annotation?: Annotation
}

/** Bytes of a single value in PLAIN, by its physical type; the others have a width of their own, or none. */
export const VALUE_BYTES: Readonly<Partial<Record<string, number>>> = {
  BOOLEAN: 1,
  INT32: 4,
  INT64: 8,
  FLOAT: 4,
  DOUBLE: 8,
}

/**
 * The Parquet type in which a column of a Delta type is written (PROTOCOL.md "Delta Data Type to Parquet Type Mappings").
 *
 * @throws {DeltaError} `unsupported` for `variant`, and for types that no leaf has, naming the column.
 */
export function leafType(type: DeltaType, column: readonly string[]): LeafType {
  switch (type.type) {
    case 'boolean':
      return { physical: 'BOOLEAN' }
    case 'byte':
      return { physical: 'INT32', annotation: { kind: 'integer', bits: 8 } }
    case 'short':
      return { physical: 'INT32', annotation: { kind: 'integer', bits: 16 } }
    case 'integer':
      return { physical: 'INT32' }
    case 'long':
      return { physical: 'INT64' }
    case 'float':
      return { physical: 'FLOAT' }
    case 'double':
      return { physical: 'DOUBLE' }
    case 'string':
      return { physical: 'BYTE_ARRAY', annotation: { kind: 'string' } }
    case 'binary':
      return { physical: 'BYTE_ARRAY' }
    case 'date':
      return { physical: 'INT32', annotation: { kind: 'date' } }
    case 'timestamp':
      return { physical: 'INT64', annotation: { kind: 'timestamp', adjustedToUtc: true } }
    case 'timestamp_ntz':
      return { physical: 'INT64', annotation: { kind: 'timestamp', adjustedToUtc: false } }
    case 'decimal':
      return decimalType(type.precision, type.scale)
    case 'struct':
    case 'array':
    case 'map':
    case 'variant':
    case 'void':
      throw unsupported(formatColumnPath(column), type)
  }
}

function decimalType(precision: number, scale: number): LeafType {
  const annotation: Annotation = { kind: 'decimal', precision, scale }
  if (precision <= 9) return { physical: 'INT32', annotation }
  if (precision <= 18) return { physical: 'INT64', annotation }
  return { physical: 'FIXED_LEN_BYTE_ARRAY', width: decimalWidth(precision), annotation }
}

/** The fewest bytes that hold every unscaled value of `precision` digits in two's complement. */
function decimalWidth(precision: number): number {
  const greatest = 10n ** BigInt(precision) - 1n
  return Math.floor(greatest.toString(2).length / 8) + 1
}

function unsupported(column: string, type: DeltaType): DeltaError {
  return new DeltaError(
    'unsupported',
    `column '${column}' cannot be written to Parquet: values of type ${typeName(type)} are not supported; ` +
      'leave the column out, or turn its values into strings',
    { column },
  )
}
