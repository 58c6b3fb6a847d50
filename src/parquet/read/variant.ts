import {
  type DeltaType,
  isPhysicalStruct,
  type PhysicalStruct,
  type PhysicalTree,
  type PhysicalValue,
  rowValue,
  type StructField,
  type StructType,
} from '../../schema/index.ts'
import { type VariantNames, variantNames, variantValue } from './variant-value.ts'

/** Makes a variant of the group that stores it: `metadata`, `value`, and `typed_value` where it is shredded. */
export type VariantReader = (group: PhysicalStruct) => PhysicalTree | null

/**
 * The reader of a variant that is stored in such a group (parquet-format "VariantEncoding", "VariantShredding").
 * @returns undefined when the group stores no variant.
 */
export function variantReader(group: StructType): VariantReader | undefined {
  const [metadata, value] = ['metadata', 'value'].map((name) => fieldOf(group, name))
  const isBinary = (field: StructField | undefined): boolean => field?.type.type === 'binary'
  const isShredded = fieldOf(group, 'typed_value') !== undefined
  if (!isBinary(metadata) || !(isBinary(value) || (value === undefined && isShredded))) return undefined
  const part = partReader(group)
  // One metadata often serves many rows, and comes as the same bytes where it stands in a dictionary.
  let known: Uint8Array | undefined
  let names: VariantNames = () => ''
  return (stored) => {
    const bytes = stored.metadata
    if (!(bytes instanceof Uint8Array)) throw new RangeError('a variant has no metadata')
    if (bytes !== known) names = variantNames(bytes)
    known = bytes
    return part(stored, names) ?? null
  }
}

/** Reads a value, whole or in parts; undefined is a member that an object lacks. */
type PartReader = (stored: PhysicalStruct, names: VariantNames) => PhysicalTree | null | undefined

function partReader(group: StructType): PartReader {
  const typed = fieldOf(group, 'typed_value')
  const shredded = typed && typedReader(typed.type)
  return (stored, names) => {
    const [bytes, parts] = [stored.value ?? null, stored.typed_value ?? null]
    const rest = bytes instanceof Uint8Array ? variantValue(bytes, names) : undefined
    if (shredded === undefined || parts === null) return rest
    const value = shredded(parts, names)
    if (rest === undefined) return value
    // An object may have some members in columns of their own, and the others in the value.
    if (isPhysicalStruct(value) && isPhysicalStruct(rest)) return joined(rest, value)
    throw new RangeError('a variant has two values')
  }
}

type TypedReader = (parts: PhysicalTree, names: VariantNames) => PhysicalTree | null

function typedReader(type: DeltaType): TypedReader {
  switch (type.type) {
    case 'struct':
      return objectReader(type)
    case 'array':
      return arrayReader(type.elementType)
    default: {
      const out = rowValue(type)
      return (value) => scalarOf(out(value))
    }
  }
}

function objectReader({ fields }: StructType): TypedReader {
  const members = fields.map(({ name, type }) => ({ name, read: partReader(groupOf(type)) }))
  return (parts, names) => {
    if (!isPhysicalStruct(parts)) throw misplaced()
    const found = members.flatMap(({ name, read }): [string, PhysicalTree | null][] => {
      const part = parts[name] ?? null
      const value = isPhysicalStruct(part) ? read(part, names) : undefined
      return value === undefined ? [] : [[name, value]]
    })
    return Object.fromEntries(found)
  }
}

function arrayReader(elementType: DeltaType): TypedReader {
  const read = partReader(groupOf(elementType))
  return (parts, names) => {
    if (!Array.isArray(parts)) throw misplaced()
    return parts.map((part: PhysicalTree | null) => (isPhysicalStruct(part) ? (read(part, names) ?? null) : null))
  }
}

function scalarOf(value: unknown): PhysicalValue {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value
    default:
      if (value instanceof Uint8Array) return value
      throw misplaced()
  }
}

function joined(rest: PhysicalStruct, shredded: PhysicalStruct): PhysicalStruct {
  return Object.fromEntries([...Object.entries(rest), ...Object.entries(shredded)])
}

function groupOf(type: DeltaType): StructType {
  if (type.type === 'struct') return type
  throw new RangeError('a part of a shredded variant is no group of value and typed_value')
}

function fieldOf({ fields }: StructType, name: string): StructField | undefined {
  return fields.find((field) => field.name === name)
}

function misplaced(): RangeError {
  return new RangeError('a shredded variant is not of the type of its column')
}
