import fc from 'fast-check'
import type { DeltaType, PhysicalValue, PrimitiveName, StructField, StructType } from '../../src/schema/index.ts'

/** The columns of a schema, by their names and types. */
export function schemaOf(columns: Record<string, DeltaType | PrimitiveName>, nullable = true): StructType {
  const fields = Object.entries(columns).map(([name, type]): StructField => {
    return { name, type: typeof type === 'string' ? { type } : type, nullable, metadata: {} }
  })
  return { type: 'struct', fields }
}

const INT64_MAX = 2n ** 63n - 1n
const YEAR_1 = -62_135_596_800_000_000n
const YEAR_9999 = 253_402_300_799_999_999n

/** The integer in physical form: a number where that is exact. */
const narrow = (value: bigint): number | bigint => {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

const integers = (bits: number): fc.Arbitrary<number> =>
  fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 })

const bigints = (min: bigint, max: bigint): fc.Arbitrary<number | bigint> => {
  const edges = [min, max, 0n, 2n ** 53n, -(2n ** 53n), 2n ** 53n - 1n].filter((edge) => edge >= min && edge <= max)
  return fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(...edges)).map(narrow)
}

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc.constantFrom('', 'a', '\u{10ffff}', '\uffff', '\ufeff', 'x'.repeat(200)),
)

/** Values of a type in physical form, extremes among them. */
export function physicalValues(type: DeltaType): fc.Arbitrary<PhysicalValue> {
  switch (type.type) {
    case 'boolean':
      return fc.boolean()
    case 'byte':
      return integers(8)
    case 'short':
      return integers(16)
    case 'integer':
      return integers(32)
    case 'long':
      return bigints(-INT64_MAX - 1n, INT64_MAX)
    case 'float':
      return fc.float()
    case 'double':
      return fc.double()
    case 'string':
      return texts
    case 'binary':
      return fc.uint8Array({ maxLength: 80 })
    case 'date':
      return fc.integer({ min: -719_162, max: 2_932_896 })
    case 'timestamp':
    case 'timestamp_ntz':
      return bigints(YEAR_1, YEAR_9999)
    case 'decimal':
      return bigints(-(10n ** BigInt(type.precision)) + 1n, 10n ** BigInt(type.precision) - 1n)
    default:
      throw new Error(`no values of type ${type.type}`)
  }
}

/** All types that can be written; decimals of every way in which they are stored. */
export const writableTypes: readonly DeltaType[] = [
  ...(
    [
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
    ] as const
  ).map((type) => ({ type })),
  ...[1, 9, 10, 18, 19, 28, 38].map((precision) => {
    return { type: 'decimal' as const, precision, scale: Math.floor(precision / 3) }
  }),
]
