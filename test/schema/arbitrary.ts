import fc from 'fast-check'
import {
  type DeltaType,
  formatRowJson,
  type PhysicalStruct,
  type PhysicalTree,
  type PhysicalValue,
  type Row,
  rowValue,
  type StructField,
  type StructType,
} from '../../src/schema/index.ts'

/** Every type that has flat values. */
export const FLAT_TYPES: readonly DeltaType[] = [
  { type: 'string' },
  { type: 'long' },
  { type: 'integer' },
  { type: 'short' },
  { type: 'byte' },
  { type: 'float' },
  { type: 'double' },
  { type: 'decimal', precision: 9, scale: 2 },
  { type: 'decimal', precision: 38, scale: 10 },
  { type: 'decimal', precision: 38, scale: 0 },
  { type: 'boolean' },
  { type: 'binary' },
  { type: 'date' },
  { type: 'timestamp' },
  { type: 'timestamp_ntz' },
]

export function narrow(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** Physical values of a type, odd ones often. */
export function physicalOf(type: DeltaType): fc.Arbitrary<PhysicalValue> {
  switch (type.type) {
    case 'string':
      return fc.oneof(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '\u007f', '\uffff', '\u{10000}', '\u{10ffff}'), maxLength: 90 }),
        fc.constantFrom('', 'a', 'ab', 'NaN', '__HIVE_DEFAULT_PARTITION__'),
      )
    case 'long':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(narrow)
    case 'integer':
      return fc.integer()
    case 'short':
      return fc.integer({ min: -32768, max: 32767 })
    case 'byte':
      return fc.integer({ min: -128, max: 127 })
    case 'float':
      return fc.oneof(fc.float(), fc.constantFrom(0, -0, Number.NaN, Math.fround(0.1)))
    case 'double':
      return fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, 0.1))
    case 'decimal': {
      const end = 10n ** BigInt(type.precision)
      return fc.oneof(fc.bigInt({ min: 1n - end, max: end - 1n }), fc.bigInt({ min: -20n, max: 20n })).map(narrow)
    }
    case 'boolean':
      return fc.boolean()
    case 'binary':
      return fc.uint8Array({ maxLength: 20 })
    case 'date':
      return fc.integer({ min: -719_162, max: 2_932_896 })
    case 'timestamp':
    case 'timestamp_ntz':
      return fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }).map(narrow)
    default:
      throw new Error(`no values of type ${type.type}`)
  }
}

/** A type, and values of it. */
export function typedValues(constraints: fc.ArrayConstraints = {}): fc.Arbitrary<[DeltaType, PhysicalValue[]]> {
  return fc
    .constantFrom(...FLAT_TYPES)
    .chain((type) => fc.tuple(fc.constant(type), fc.array(physicalOf(type), constraints)))
}

/** A schema of one column, `c`. */
export function schemaOf(type: DeltaType) {
  return { type: 'struct', fields: [field('c', type)] } as const
}

export function field(name: string, type: DeltaType, nullable = true): StructField {
  return { name, type, nullable, metadata: {} }
}

/** Names that Delta allows; all differ ignoring case. */
const NAMES = ['a', 'b', 'key', 'value', 'element', 'list', 'constructor', '__proto__', '1', '0', 'größe', 'a.b', '`']

/** How types nest; `flat` are the leaves that occur. */
export interface NestingOptions {
  readonly maxDepth?: number
  readonly flat?: readonly DeltaType[]
  readonly names?: readonly string[]
}

/** Types of any kind, nested up to `maxDepth` (3), nullable or not at every level. */
export function nestedTypes({ maxDepth = 3, flat = FLAT_TYPES, names = NAMES }: NestingOptions = {}) {
  const leaf = fc.constantFrom(...flat)
  const typeOf = (depth: number): fc.Arbitrary<DeltaType> => {
    if (depth === 0) return leaf
    const inner = fc.oneof(leaf, typeOf(depth - 1))
    return fc.oneof(
      structs(inner, names),
      fc.record({ type: fc.constant('array' as const), elementType: inner, containsNull: fc.boolean() }),
      fc.record({
        type: fc.constant('map' as const),
        keyType: fc.oneof({ weight: 6, arbitrary: leaf }, { weight: 1, arbitrary: inner }),
        valueType: inner,
        valueContainsNull: fc.boolean(),
      }),
    )
  }
  return typeOf(maxDepth)
}

function structs(type: fc.Arbitrary<DeltaType>, names: readonly string[]): fc.Arbitrary<StructType> {
  return fc
    .uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 4 })
    .chain((chosen) => fc.tuple(...chosen.map((name) => fc.tuple(fc.constant(name), type, fc.boolean()))))
    .map((fields) => ({ type: 'struct', fields: fields.map((each) => field(...each)) }))
}

/** Schemas of a few columns, flat and nested. */
export function nestedSchemas(options: NestingOptions = {}): fc.Arbitrary<StructType> {
  return structs(
    fc.oneof(fc.constantFrom(...(options.flat ?? FLAT_TYPES)), nestedTypes(options)),
    options.names ?? NAMES,
  )
}

/** Values of any type in physical form; nulls and empties at every level that allows them. */
export function treeOf(type: DeltaType): fc.Arbitrary<PhysicalTree> {
  switch (type.type) {
    case 'struct':
      return structOf(type)
    case 'array':
      return fc.array(orNull(type.elementType, type.containsNull), { maxLength: 4 })
    case 'map': {
      const print = formatRowJson(schemaOf(type.keyType))
      const out = rowValue(type.keyType)
      return fc
        .uniqueArray(fc.tuple(treeOf(type.keyType), orNull(type.valueType, type.valueContainsNull)), {
          maxLength: 4,
          selector: ([key]) => print({ c: out(key) }),
        })
        .map((entries) => new Map(entries))
    }
    default:
      return physicalOf(type)
  }
}

function orNull(type: DeltaType, nullable: boolean): fc.Arbitrary<PhysicalTree | null> {
  return nullable ? fc.option(treeOf(type), { freq: 4 }) : treeOf(type)
}

function structOf({ fields }: StructType): fc.Arbitrary<PhysicalStruct> {
  return fc
    .tuple(...fields.map(({ type, nullable }) => orNull(type, nullable)))
    .map((values) => Object.fromEntries(fields.map(({ name }, i) => [name, values[i] ?? null])))
}

/** A schema and rows of it: in physical form, and in the form in which rows go out. */
export interface Sample {
  readonly schema: StructType
  readonly physical: readonly PhysicalStruct[]
  readonly rows: readonly Row[]
}

/** Samples of tables with nested columns; `maxLength` bounds their rows. */
export function samples(options: NestingOptions & fc.ArrayConstraints = {}): fc.Arbitrary<Sample> {
  return nestedSchemas(options).chain((schema) => {
    const out = rowValue(schema)
    return fc
      .array(structOf(schema), options)
      .map((physical) => ({ schema, physical, rows: physical.map((row) => out(row) as Row) }))
  })
}
