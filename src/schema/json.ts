import { DeltaError, type DeltaErrorCode } from '../errors.ts'
import { formatJson, isJsonObject, type JsonObject, type JsonValue, parseJson } from '../json.ts'
import { MAX_PRECISION } from './decimal.ts'
import type { DecimalType, DeltaType, PrimitiveName, StructField, StructType } from './types.ts'

/** How {@link parseSchema} names the text and whose fault a broken one is. */
export interface ParseSchemaOptions {
  /** Names the text in messages. */
  readonly what?: string
  /** `invalid-data` for a stored schema (the default), `invalid-argument` for one that the caller gives. */
  readonly code?: Extract<DeltaErrorCode, 'invalid-data' | 'invalid-argument'>
}

/**
 * Parses Delta's schema JSON, as text or already parsed (PROTOCOL.md "Schema Serialization Format"). A primitive may be
 * written as `"long"` or `{"type":"long"}`, so a {@link StructType} passes too. Nested types are parsed in full.
 * @throws {DeltaError} as `options.code` says when it is no schema; `unsupported` for a type that Delta does not have.
 */
export function parseSchema(json: JsonValue | StructType, options: ParseSchemaOptions = {}): StructType {
  const place = { what: options.what ?? 'schema', code: options.code ?? 'invalid-data', path: [] }
  const type = parseType(typeof json === 'string' ? parseText(json, place) : (json as JsonValue), place)
  if (type.type === 'struct') return type
  return fail(place, 'a struct of columns', type.type)
}

/** The type that a name such as `long` or `decimal(10,2)` means. @throws {DeltaError} as {@link parseSchema}. */
export function parseTypeName(name: string, what: string): DeltaType {
  return parseNamedType(name, { what, code: 'invalid-data', path: [] })
}

/** Delta's schema JSON, members in the order in which Spark writes them. */
export function formatSchema(schema: StructType): string {
  return formatJson(typeJson(schema))
}

/** The JSON of one column in Delta's schema JSON. */
export function formatField(field: StructField): string {
  return formatJson(fieldJson(field))
}

interface Place {
  readonly what: string
  readonly code: DeltaErrorCode
  readonly path: readonly string[]
}

const PRIMITIVES: ReadonlySet<string> = new Set<PrimitiveName>([
  'string',
  'long',
  'integer',
  'short',
  'byte',
  'float',
  'double',
  'boolean',
  'binary',
  'date',
  'timestamp',
  'timestamp_ntz',
  'variant',
  'void',
])

function isPrimitiveName(name: string): name is PrimitiveName {
  return PRIMITIVES.has(name)
}

function parseText(text: string, place: Place): JsonValue {
  try {
    return parseJson(text, place.what)
  } catch (cause) {
    if (!(cause instanceof DeltaError)) throw cause
    throw new DeltaError(place.code, cause.message, { cause })
  }
}

function parseType(json: JsonValue | undefined, place: Place): DeltaType {
  if (typeof json === 'string') return parseNamedType(json, place)
  if (!isJsonObject(json)) return fail(place, 'a type name or an object with "type"', json)
  switch (json.type) {
    case 'struct':
      return { type: 'struct', fields: parseFields(json.fields, place) }
    case 'array':
      return {
        type: 'array',
        elementType: parseType(json.elementType, at(place, 'element')),
        containsNull: parseFlag(json, 'containsNull', place),
      }
    case 'map':
      return {
        type: 'map',
        keyType: parseType(json.keyType, at(place, 'key')),
        valueType: parseType(json.valueType, at(place, 'value')),
        valueContainsNull: parseFlag(json, 'valueContainsNull', place),
      }
    case 'decimal':
      return decimalType(Number(json.precision), Number(json.scale), place)
    default:
      if (typeof json.type !== 'string') return fail(place, '"type" to be a type name', json.type)
      return parseNamedType(json.type, place)
  }
}

function parseNamedType(name: string, place: Place): DeltaType {
  if (isPrimitiveName(name)) return { type: name }
  // Spark's own shorthand: decimal alone is decimal(10,0).
  if (name === 'decimal') return decimalType(10, 0, place)
  const decimal = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(name)
  if (decimal !== null) return decimalType(Number(decimal[1]), Number(decimal[2]), place)
  throw new DeltaError('unsupported', `${where(place)} has the type ${JSON.stringify(name)}, which Delta does not have`)
}

function decimalType(precision: number, scale: number, place: Place): DecimalType {
  const valid =
    Number.isInteger(precision) && precision >= 1 && precision <= MAX_PRECISION && scale >= 0 && scale <= precision
  if (valid && Number.isInteger(scale)) return { type: 'decimal', precision, scale }
  return fail(place, 'decimal(p,s) with 1 ≤ p ≤ 38 and 0 ≤ s ≤ p', `decimal(${precision},${scale})`)
}

function parseFields(json: JsonValue | undefined, place: Place): StructField[] {
  if (!Array.isArray(json)) return fail(place, '"fields" to be an array', json)
  const fields: readonly JsonValue[] = json
  return fields.map((field, index) => parseField(field, place, index))
}

function parseField(json: JsonValue, place: Place, index: number): StructField {
  if (!isJsonObject(json)) return fail(place, `field ${index + 1} to be an object`, json)
  const { name, type, metadata } = json
  if (typeof name !== 'string') return fail(place, `field ${index + 1} to have a "name"`, name)
  const here = at(place, name)
  if (metadata !== undefined && !isJsonObject(metadata)) return fail(here, '"metadata" to be an object', metadata)
  return { name, type: parseType(type, here), nullable: parseFlag(json, 'nullable', here), metadata: metadata ?? {} }
}

/** Absent means true, as Spark reads it. */
function parseFlag(json: JsonObject, key: string, place: Place): boolean {
  const value = json[key]
  if (value === undefined) return true
  return typeof value === 'boolean' ? value : fail(place, `${JSON.stringify(key)} to be true or false`, value)
}

function at(place: Place, name: string): Place {
  return { ...place, path: [...place.path, name] }
}

function where(place: Place): string {
  return place.path.length === 0 ? place.what : `column ${place.path.join('.')} of ${place.what}`
}

function fail(place: Place, expected: string, found: JsonValue | undefined): never {
  const shown = found === undefined ? 'nothing' : formatJson(found).slice(0, 80)
  throw new DeltaError(place.code, `${where(place)} is not valid: expected ${expected}, found ${shown}`)
}

function typeJson(type: DeltaType): JsonValue {
  switch (type.type) {
    case 'struct':
      return {
        type: 'struct',
        fields: type.fields.map(fieldJson),
      }
    case 'array':
      return { type: 'array', elementType: typeJson(type.elementType), containsNull: type.containsNull }
    case 'map':
      return {
        type: 'map',
        keyType: typeJson(type.keyType),
        valueType: typeJson(type.valueType),
        valueContainsNull: type.valueContainsNull,
      }
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    default:
      return type.type
  }
}

function fieldJson({ name, type, nullable, metadata }: StructField): JsonObject {
  return { name, type: typeJson(type), nullable, metadata }
}
