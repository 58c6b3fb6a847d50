import fc from 'fast-check'
import type { DeltaType, PhysicalValue } from '../../src/schema/index.ts'

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
  return { type: 'struct', fields: [{ name: 'c', type, nullable: true, metadata: {} }] } as const
}
