import type { Data, DataType, Map_ } from 'apache-arrow'
import { DeltaError } from '../errors.ts'
import { isPhysicalArray, isPhysicalMap, isPhysicalStruct, type PhysicalTree } from './physical.ts'
import { bits, bytes, numbers, utf8, validity, words64, words128 } from './to-arrow-buffers.ts'
import type { ArrayType, DeltaType, MapType, StructType } from './types.ts'

export type ArrowLibrary = typeof import('apache-arrow')
export type Column = readonly (PhysicalTree | null)[]

/** An Arrow type, and how a column in physical form gets the buffers of it. */
export interface ArrowKind {
  readonly type: DataType
  data(values: Column): Data
}

/** The kind of Arrow column that holds a type. @throws {DeltaError} `unsupported` for variant, at any depth. */
export function arrowKind(arrow: ArrowLibrary, type: DeltaType): ArrowKind {
  switch (type.type) {
    case 'boolean':
      return flat(arrow, new arrow.Bool(), bits)
    case 'byte':
      return flat(arrow, new arrow.Int8(), (values) => numbers(values, new Int8Array(values.length)))
    case 'short':
      return flat(arrow, new arrow.Int16(), (values) => numbers(values, new Int16Array(values.length)))
    case 'integer':
      return flat(arrow, new arrow.Int32(), (values) => numbers(values, new Int32Array(values.length)))
    case 'long':
      return flat(arrow, new arrow.Int64(), words64)
    case 'float':
      return flat(arrow, new arrow.Float32(), (values) => numbers(values, new Float32Array(values.length)))
    case 'double':
      return flat(arrow, new arrow.Float64(), (values) => numbers(values, new Float64Array(values.length)))
    case 'decimal':
      return flat(arrow, new arrow.Decimal(type.scale, type.precision, 128), words128)
    case 'date':
      return flat(arrow, new arrow.DateDay(), (values) => numbers(values, new Int32Array(values.length)))
    case 'timestamp':
      return flat(arrow, new arrow.TimestampMicrosecond('UTC'), words64)
    case 'timestamp_ntz':
      return flat(arrow, new arrow.TimestampMicrosecond(), words64)
    case 'string':
      return sized(arrow, new arrow.Utf8(), utf8)
    case 'binary':
      return sized(arrow, new arrow.Binary(), bytes)
    case 'struct':
      return structKind(arrow, type)
    case 'array':
      return listKind(arrow, type)
    case 'map':
      return mapKind(arrow, type)
    case 'void':
      return nullKind(arrow)
    default:
      throw new DeltaError(
        'unsupported',
        'values of type variant have no form in Arrow: read them as rows, or ask for the other columns',
        { feature: 'variantType' },
      )
  }
}

/** A column of values of one width. */
function flat(arrow: ArrowLibrary, type: DataType, fill: (values: Column) => Data['values']): ArrowKind {
  return {
    type,
    data(values) {
      const { nullCount, nullBitmap } = validity(values)
      const buffers = {
        [arrow.BufferType.DATA]: fill(values),
        ...(nullBitmap && { [arrow.BufferType.VALIDITY]: nullBitmap }),
      }
      return new arrow.Data(type, 0, values.length, nullCount, buffers)
    },
  }
}

/** A column of texts or bytes. */
function sized(
  arrow: ArrowLibrary,
  type: InstanceType<ArrowLibrary['Utf8'] | ArrowLibrary['Binary']>,
  fill: (values: Column) => { valueOffsets: Int32Array; data: Uint8Array },
): ArrowKind {
  return {
    type,
    data: (values) => arrow.makeData({ type, length: values.length, ...validity(values), ...fill(values) }),
  }
}

function nullKind(arrow: ArrowLibrary): ArrowKind {
  const type = new arrow.Null()
  return { type, data: ({ length }) => arrow.makeData({ type, length }) }
}

/** A struct has a value for each row in each of its fields, also where it is null itself. */
function structKind(arrow: ArrowLibrary, { fields }: StructType): ArrowKind {
  const members = fields.map(({ name, type, nullable }) => ({ name, nullable, kind: arrowKind(arrow, type) }))
  const type = new arrow.Struct(members.map(({ name, nullable, kind }) => new arrow.Field(name, kind.type, nullable)))
  return {
    type,
    data(values) {
      const children = members.map(({ name, kind }) =>
        kind.data(values.map((value) => (isPhysicalStruct(value) ? (value[name] ?? null) : null))),
      )
      return arrow.makeData({ type, length: values.length, ...validity(values), children })
    },
  }
}

/** The child of a list is called as Arrow's own implementations call it. */
function listKind(arrow: ArrowLibrary, { elementType, containsNull }: ArrayType): ArrowKind {
  const element = arrowKind(arrow, elementType)
  const type = new arrow.List(new arrow.Field('item', element.type, containsNull))
  return {
    type,
    data(values) {
      const elements: (PhysicalTree | null)[] = []
      const valueOffsets = offsets(values, (value) => {
        if (isPhysicalArray(value)) for (const each of value) elements.push(each)
        return elements.length
      })
      return arrow.makeData({
        type,
        length: values.length,
        ...validity(values),
        valueOffsets,
        child: element.data(elements),
      })
    },
  }
}

/** Arrow's map is a list of structs, neither these nor their keys ever null. */
function mapKind(arrow: ArrowLibrary, { keyType, valueType, valueContainsNull }: MapType): ArrowKind {
  const [key, item] = [arrowKind(arrow, keyType), arrowKind(arrow, valueType)]
  const entry = new arrow.Struct<{ key: DataType; value: DataType }>([
    new arrow.Field('key', key.type, false),
    new arrow.Field('value', item.type, valueContainsNull),
  ])
  const type: Map_ = new arrow.Map_(new arrow.Field('entries', entry, false))
  return {
    type,
    data(values) {
      const keys: (PhysicalTree | null)[] = []
      const items: (PhysicalTree | null)[] = []
      const valueOffsets = offsets(values, (value) => {
        if (!isPhysicalMap(value)) return keys.length
        for (const [each, one] of value) {
          keys.push(each)
          items.push(one)
        }
        return keys.length
      })
      const children = [key.data(keys), item.data(items)]
      const child = arrow.makeData({ type: entry, length: keys.length, nullCount: 0, children })
      return arrow.makeData({ type, length: values.length, ...validity(values), valueOffsets, child })
    },
  }
}

/** Where each value ends, behind a 0: `end` takes a value in and tells. */
function offsets(values: Column, end: (value: PhysicalTree | null) => number): Int32Array {
  const ends = new Int32Array(values.length + 1)
  for (let i = 0; i < values.length; i++) ends[i + 1] = end(values[i] ?? null)
  return ends
}
