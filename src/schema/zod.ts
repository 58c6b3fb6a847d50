import { DeltaError } from '../errors.ts'
import { fieldStep } from './cast-error.ts'
import { MAX_NESTING } from './columns.ts'
import { type Members, membersOf } from './members.ts'
import { inside, type Place, topPlace } from './place.ts'
import { typeName } from './type-name.ts'
import type { DeltaType, PrimitiveName, StructField, StructType } from './types.ts'
import { definitionOf, formatDefinition, listOf, type ZodSchema } from './zod-definition.ts'

/**
 * The table schema of a `z.object`. Text → `string` (`z.iso.date` → `date`, `z.iso.datetime` → `timestamp`), numbers →
 * `double`, `z.int()` → `long`, `z.int32()` → `integer`, `z.float32()` → `float`, `z.bigint()` → `long`, `z.date()` →
 * `timestamp`; objects → structs, `z.array` → array, `z.record` and `z.map` → map; nullable, optional and defaulted fields
 * become nullable. Only the shape is read: rows are not run through zod, so defaults and refinements do not apply, and
 * members that a loose object lets through are refused.
 * @throws {DeltaError} `invalid-argument` when it is no `z.object`; `unsupported` naming the column for anything whose
 * values do not keep one type (`z.any`, unions, tuples, transforms).
 */
export function schemaFromZod(schema: ZodSchema): StructType {
  const { type, shape } = definitionOf(schema)
  if (type !== 'object') {
    throw new DeltaError('invalid-argument', `a table's zod schema must be a z.object, found z.${String(type)}`)
  }
  return structOf(shape, topPlace)
}

function structOf(shape: unknown, placeOf: (name: string) => Place): StructType {
  const fields = Object.entries(membersOf(shape)).map(([name, field]): StructField => {
    return { name, ...typedColumn(placeOf(name), field), metadata: {} }
  })
  return { type: 'struct', fields }
}

/** As {@link columnOf}, of a schema that allows more than null. */
function typedColumn(place: Place, schema: unknown): { type: DeltaType; nullable: boolean } {
  const { type, nullable } = columnOf(place, schema)
  if (type === null) throw unsupported(place, 'null', 'it has no type but null')
  return { type, nullable }
}

function arrayOf(place: Place, element: unknown): DeltaType {
  const { type, nullable } = typedColumn(inside(place, '[]'), element)
  return { type: 'array', elementType: type, containsNull: nullable }
}

function mapOf(place: Place, { keyType: keys, valueType: values }: Members): DeltaType {
  const key = typedColumn(inside(place, '{key}'), keys)
  if (key.nullable) throw unsupported(place, 'map', 'its keys may be null')
  const value = typedColumn(inside(place, '{}'), values)
  return { type: 'map', keyType: key.type, valueType: value.type, valueContainsNull: value.nullable }
}

function recordOf(place: Place, definition: Members): DeltaType {
  const type = mapOf(place, definition)
  if (type.type === 'map' && type.keyType.type === 'string') return type
  throw unsupported(place, 'record', 'the keys of an object are text (z.map has keys of other types)')
}

/** `type` is null where nothing but null is allowed. */
interface Column {
  readonly type: DeltaType | null
  readonly nullable: boolean
}

function columnOf(place: Place, schema: unknown): Column {
  if (place.depth > MAX_NESTING) {
    throw unsupported(
      topPlace(place.column),
      'object',
      `it nests more than ${MAX_NESTING} levels deep, or contains itself`,
    )
  }
  const definition = definitionOf(schema)
  switch (definition.type) {
    case 'string':
      return required(stringType(place, definition))
    case 'template_literal':
      return required('string')
    case 'number':
      return required(numberType(formatDefinition(definition).format))
    case 'bigint':
      return { type: formatDefinition(definition).format === 'uint64' ? UINT64 : { type: 'long' }, nullable: false }
    case 'boolean':
      return required('boolean')
    case 'date':
      return required('timestamp')
    case 'null':
    case 'undefined':
    case 'void':
      return { type: null, nullable: true }
    case 'enum':
      return valuesColumn(place, 'enum', Object.values(membersOf(definition.entries)))
    case 'literal':
      return valuesColumn(place, 'literal', listOf(definition.values))
    case 'union':
      return unionColumn(place, listOf(definition.options))
    case 'object':
      return { type: structOf(definition.shape, (name) => inside(place, fieldStep(name))), nullable: false }
    case 'array':
      return { type: arrayOf(place, definition.element), nullable: false }
    case 'record':
      return { type: recordOf(place, definition), nullable: false }
    case 'map':
      return { type: mapOf(place, definition), nullable: false }
    case 'nullable':
    case 'optional':
    case 'default':
    case 'prefault':
      return { ...columnOf(place, definition.innerType), nullable: true }
    case 'nonoptional': {
      const inner = definitionOf(definition.innerType)
      return columnOf(place, inner.type === 'optional' ? inner.innerType : definition.innerType)
    }
    case 'readonly':
    case 'catch':
      return columnOf(place, definition.innerType)
    default:
      throw unsupported(place, String(definition.type), WHY.get(String(definition.type)) ?? 'it says no column type')
  }
}

const UINT64: DeltaType = { type: 'decimal', precision: 20, scale: 0 }

const WHY: ReadonlyMap<string, string> = new Map([
  ['tuple', 'its elements have types of their own, and those of a column have one'],
  ['set', 'rows hold arrays'],
  ['lazy', 'it may contain itself'],
  ['pipe', 'rows are not run through zod, so a transform does not apply'],
  ['transform', 'rows are not run through zod, so a transform does not apply'],
])

function required(type: PrimitiveName): Column {
  return { type: { type }, nullable: false }
}

function stringType(place: Place, definition: Members): PrimitiveName {
  const format = formatDefinition(definition).format
  if (format === 'date') return 'date'
  if (format !== 'datetime') return 'string'
  const local = formatDefinition(definition).local
  if (local === true) {
    throw unsupported(place, 'iso.datetime({ local: true })', 'its values may or may not carry a zone')
  }
  return 'timestamp'
}

function numberType(format: unknown): PrimitiveName {
  switch (format) {
    case 'safeint':
    case 'uint32':
      return 'long'
    case 'int32':
      return 'integer'
    case 'float32':
      return 'float'
    default:
      return 'double'
  }
}

function valuesColumn(place: Place, kind: string, values: readonly unknown[]): Column {
  const types = new Set(values.filter((value) => value !== null && value !== undefined).map(typeOfValue))
  const nullable = values.some((value) => value === null || value === undefined)
  const [type, ...others] = types
  if (others.length > 0) throw unsupported(place, kind, `its values have several types: ${[...types].join(', ')}`)
  return { type: type === undefined ? null : { type }, nullable }
}

function typeOfValue(value: unknown): PrimitiveName {
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? 'long' : 'double'
    case 'bigint':
      return 'long'
    case 'boolean':
      return 'boolean'
    default:
      return 'string'
  }
}

function unionColumn(place: Place, options: readonly unknown[]): Column {
  const columns = options.map((option) => columnOf(place, option))
  const types = new Map(columns.flatMap(({ type }) => (type === null ? [] : [[JSON.stringify(type), type] as const])))
  const [type = null, ...others] = types.values()
  if (type !== null && others.length > 0) {
    const names = new Set([type, ...others].map(typeName))
    const why = names.size > 1 ? `have several types: ${[...names].join(', ')}` : 'differ in what may be null'
    throw unsupported(place, 'union', `its options ${why}`)
  }
  return { type, nullable: columns.some(({ nullable }) => nullable) }
}

function unsupported({ column, at }: Place, kind: string, why: string): DeltaError {
  return new DeltaError(
    'unsupported',
    `column ${at}: z.${kind} gives no column type: ${why}; use one that does, or give a Delta schema`,
    { column },
  )
}
