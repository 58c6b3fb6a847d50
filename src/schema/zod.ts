import { DeltaError } from '../errors.ts'
import { type Members, membersOf } from './members.ts'
import { typeName } from './type-name.ts'
import type { DeltaType, PrimitiveName, StructField, StructType } from './types.ts'

/** Any schema of zod 4 (`zod`, `zod/mini`), by the shape that zod documents for library authors. */
export interface ZodSchema {
  readonly _zod: { readonly def: { readonly type: string } }
}

/** Whether a value is a schema of zod 4. */
export function isZodSchema(value: unknown): value is ZodSchema {
  return typeof membersOf(membersOf(membersOf(value)._zod).def).type === 'string'
}

/**
 * The table schema of a `z.object`. Text → `string` (`z.iso.date` → `date`, `z.iso.datetime` → `timestamp`), numbers →
 * `double`, `z.int()` → `long`, `z.int32()` → `integer`, `z.float32()` → `float`, `z.bigint()` → `long`, `z.date()` →
 * `timestamp`; nullable, optional and defaulted fields become nullable. Only the shape is read: rows are not run through
 * zod, so defaults and refinements do not apply.
 * @throws {DeltaError} `invalid-argument` when it is no `z.object`; `unsupported` naming the column for anything that is
 * no flat column, or whose values do not keep one type (`z.any`, unions, transforms).
 */
export function schemaFromZod(schema: ZodSchema): StructType {
  const { type, shape } = definitionOf(schema)
  if (type !== 'object') {
    throw new DeltaError('invalid-argument', `a table's zod schema must be a z.object, found z.${String(type)}`)
  }
  return { type: 'struct', fields: Object.entries(membersOf(shape)).map(([name, field]) => fieldOf(name, field)) }
}

function fieldOf(name: string, schema: unknown): StructField {
  const { type, nullable } = columnOf(name, schema)
  if (type === null) throw unsupported(name, 'null', 'it has no type but null')
  return { name, type, nullable, metadata: {} }
}

/** `type` is null where nothing but null is allowed. */
interface Column {
  readonly type: DeltaType | null
  readonly nullable: boolean
}

function columnOf(name: string, schema: unknown): Column {
  const definition = definitionOf(schema)
  switch (definition.type) {
    case 'string':
      return required(stringType(name, definition))
    case 'template_literal':
      return required('string')
    case 'number':
      return required(numberType(formatOf(definition)))
    case 'bigint':
      return { type: formatOf(definition) === 'uint64' ? UINT64 : { type: 'long' }, nullable: false }
    case 'boolean':
      return required('boolean')
    case 'date':
      return required('timestamp')
    case 'null':
    case 'undefined':
    case 'void':
      return { type: null, nullable: true }
    case 'enum':
      return valuesColumn(name, 'enum', Object.values(membersOf(definition.entries)))
    case 'literal':
      return valuesColumn(name, 'literal', listOf(definition.values))
    case 'union':
      return unionColumn(name, listOf(definition.options))
    case 'nullable':
    case 'optional':
    case 'default':
    case 'prefault':
      return { ...columnOf(name, definition.innerType), nullable: true }
    case 'nonoptional': {
      const inner = definitionOf(definition.innerType)
      return columnOf(name, inner.type === 'optional' ? inner.innerType : definition.innerType)
    }
    case 'readonly':
    case 'catch':
      return columnOf(name, definition.innerType)
    default:
      throw unsupported(name, String(definition.type), WHY.get(String(definition.type)) ?? 'it says no column type')
  }
}

const UINT64: DeltaType = { type: 'decimal', precision: 20, scale: 0 }

const WHY: ReadonlyMap<string, string> = new Map([
  ['object', 'nested columns are not supported yet'],
  ['array', 'nested columns are not supported yet'],
  ['tuple', 'nested columns are not supported yet'],
  ['record', 'nested columns are not supported yet'],
  ['map', 'nested columns are not supported yet'],
  ['set', 'nested columns are not supported yet'],
  ['pipe', 'rows are not run through zod, so a transform does not apply'],
  ['transform', 'rows are not run through zod, so a transform does not apply'],
])

function required(type: PrimitiveName): Column {
  return { type: { type }, nullable: false }
}

function stringType(name: string, definition: Members): PrimitiveName {
  const format = formatOf(definition)
  if (format === 'date') return 'date'
  if (format !== 'datetime') return 'string'
  const local = membersOf(formatDefinition(definition)).local
  if (local === true) {
    throw unsupported(name, 'iso.datetime({ local: true })', 'its values may or may not carry a zone')
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

function valuesColumn(name: string, kind: string, values: readonly unknown[]): Column {
  const types = new Set(values.filter((value) => value !== null && value !== undefined).map(typeOfValue))
  const nullable = values.some((value) => value === null || value === undefined)
  const [type, ...others] = types
  if (others.length > 0) throw unsupported(name, kind, `its values have several types: ${[...types].join(', ')}`)
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

function unionColumn(name: string, options: readonly unknown[]): Column {
  const columns = options.map((option) => columnOf(name, option))
  const types = new Map(columns.flatMap(({ type }) => (type === null ? [] : [[typeName(type), type] as const])))
  const [type = null, ...others] = types.values()
  if (others.length > 0)
    throw unsupported(name, 'union', `its options have several types: ${[...types.keys()].join(', ')}`)
  return { type, nullable: columns.some(({ nullable }) => nullable) }
}

/** `z.int()` carries its format itself, `z.number().int()` in a check. */
function formatOf(definition: Members): unknown {
  return membersOf(formatDefinition(definition)).format
}

function formatDefinition(definition: Members): unknown {
  if (definition.format !== undefined) return definition
  const checks = listOf(definition.checks).map((check) => definitionOf(check))
  return checks.find(({ format }) => format !== undefined)
}

function definitionOf(schema: unknown): Members {
  return membersOf(membersOf(membersOf(schema)._zod).def)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function unsupported(column: string, kind: string, why: string): DeltaError {
  return new DeltaError(
    'unsupported',
    `column ${column}: z.${kind} gives no column type: ${why}; use a scalar, or give a Delta schema`,
    { column },
  )
}
