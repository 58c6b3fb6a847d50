import { type FileMetaData, parquetMetadata, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import type { DeltaType, PhysicalStruct, PhysicalTree, StructType } from '../../src/schema/index.ts'
import { narrow } from '../schema/arbitrary.ts'

/**
 * The rows of a file as hyparquet finds them, in physical form. It puts columns together without knowing what a list or a
 * map is: annotations that make it change values are taken away, so that nothing is lost.
 */
export async function decode(bytes: Uint8Array, schema: StructType): Promise<PhysicalStruct[]> {
  const file = bytes.slice().buffer
  const rows = await parquetReadObjects({
    file,
    metadata: withoutAnnotations(parquetMetadata(file)),
    compressors,
    utf8: false,
    parsers: { timestampFromMicroseconds: (micros) => micros, dateFromDays: (days) => days },
  })
  return rows.map((row) => structOf(schema, row))
}

function withoutAnnotations(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map(({ converted_type: converted, logical_type: logical, ...element }) => {
    const isRaw = element.num_children !== undefined || logical?.type === 'DECIMAL'
    return {
      ...element,
      ...(isRaw || converted === undefined ? {} : { converted_type: converted }),
      ...(isRaw || logical === undefined ? {} : { logical_type: logical }),
    }
  })
  return { ...metadata, schema }
}

type Raw = Record<string, unknown>

function structOf({ fields }: StructType, raw: Raw): PhysicalStruct {
  return Object.fromEntries(fields.map(({ name, type }) => [name, treeOf(type, raw[name])]))
}

function treeOf(type: DeltaType, raw: unknown): PhysicalTree | null {
  if (raw === null || raw === undefined) return null
  switch (type.type) {
    case 'struct':
      return structOf(type, raw as Raw)
    case 'array':
      return partsOf(raw, 'list').map(({ element }) => treeOf(type.elementType, element))
    case 'map':
      return new Map(
        partsOf(raw, 'key_value').map(({ key, value }) => [
          treeOf(type.keyType, key) ?? '',
          treeOf(type.valueType, value),
        ]),
      )
    case 'decimal':
      return narrow(raw instanceof Uint8Array ? bigEndian(raw) : BigInt(raw as number | bigint))
    default:
      return typeof raw === 'bigint' ? narrow(raw) : (raw as PhysicalTree)
  }
}

function partsOf(raw: unknown, group: string): Raw[] {
  return (raw as Record<string, Raw[]>)[group] ?? []
}

function bigEndian(bytes: Uint8Array): bigint {
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).toString('hex')}`))
}
