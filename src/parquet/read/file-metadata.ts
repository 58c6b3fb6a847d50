import type { CompressionCodec } from 'hyparquet'
import { CompressionCodecs } from 'hyparquet/src/constants.js'
import { DeltaError } from '../../errors.ts'
import type { ThriftStruct } from '../thrift/thrift-reader.ts'
import type { ByteRange } from './byte-ranges.ts'
import { parseSchemaElement, type SchemaNode, schemaTree } from './schema-tree.ts'

/** What a footer says, as far as a reader needs it. */
export interface FileMetadata {
  readonly rows: number
  readonly schema: SchemaNode
  readonly rowGroups: readonly StoredRowGroup[]
}

export interface StoredRowGroup {
  readonly rows: number
  /** By the index of the leaf in the schema. */
  readonly chunks: readonly StoredChunk[]
}

export interface StoredChunk {
  readonly path: readonly string[]
  readonly codec: CompressionCodec
  /** All its pages. */
  readonly bytes: ByteRange
  /** How many bytes the pages take without compression. */
  readonly uncompressedBytes: number
  readonly statistics: StoredStatistics | undefined
  readonly columnIndex: ByteRange | undefined
  readonly offsetIndex: ByteRange | undefined
}

/** Bounds are encoded as one value in PLAIN, without the length of a BYTE_ARRAY. */
export interface StoredStatistics {
  readonly nullCount: number | undefined
  readonly min: Uint8Array<ArrayBuffer> | undefined
  readonly max: Uint8Array<ArrayBuffer> | undefined
  /** Whether the bounds come from the deprecated fields, whose order is known for signed numbers only. */
  readonly deprecated: boolean
}

/** A `FileMetaData` of `parquet.thrift`. @throws {RangeError} when it contradicts itself. @throws {DeltaError} `unsupported` */
export function parseFileMetadata(thrift: ThriftStruct): FileMetadata {
  const elements = thrift.structs(2).map(parseSchemaElement)
  if (elements.length === 0) throw new RangeError('it has no schema')
  const rows = count(thrift.integer(3), 'rows')
  const rowGroups = thrift.structs(4).map(parseRowGroup)
  const inGroups = rowGroups.reduce((total, group) => total + group.rows, 0)
  if (inGroups !== rows) throw new RangeError(`it counts ${rows} rows, but its row groups have ${inGroups}`)
  return { rows, schema: schemaTree(elements), rowGroups }
}

function parseRowGroup(thrift: ThriftStruct): StoredRowGroup {
  return { rows: count(thrift.integer(3), 'rows'), chunks: thrift.structs(1).map(parseChunk) }
}

function parseChunk(thrift: ThriftStruct): StoredChunk {
  const metadata = thrift.struct(3)
  if (thrift.has(8) || thrift.has(9))
    throw new DeltaError('unsupported', 'a column is encrypted, and keys are not supported')
  if (thrift.has(1)) throw new DeltaError('unsupported', 'a column lies in another file')
  if (metadata === undefined) throw new RangeError('a column chunk says nothing about itself')
  const codecNumber = metadata.integer(4)
  if (codecNumber === undefined) throw new RangeError('a column chunk does not say its codec')
  const codec = CompressionCodecs[codecNumber]
  if (codec === undefined) throw new DeltaError('unsupported', `the codec ${codecNumber} is not known`)
  // Old writers give a dictionary the offset 0 when there is none.
  const start = metadata.integer(11) || count(metadata.integer(9), 'the offset of its pages')
  const end = start + count(metadata.integer(7), 'bytes')
  return {
    path: metadata.texts(3),
    codec,
    bytes: { start, end },
    uncompressedBytes: Math.max(metadata.integer(6) ?? 0, end - start),
    statistics: parseStatistics(metadata.struct(12)),
    columnIndex: indexRange(thrift.integer(6), thrift.integer(7)),
    offsetIndex: indexRange(thrift.integer(4), thrift.integer(5)),
  }
}

function parseStatistics(thrift: ThriftStruct | undefined): StoredStatistics | undefined {
  if (thrift === undefined) return undefined
  const [min, max] = [thrift.binary(6), thrift.binary(5)]
  const deprecated = min === undefined && max === undefined
  const bounds = deprecated ? { min: thrift.binary(2), max: thrift.binary(1) } : { min, max }
  return { nullCount: thrift.integer(3), ...bounds, deprecated }
}

function indexRange(offset: number | undefined, length: number | undefined): ByteRange | undefined {
  if (offset === undefined || length === undefined) return undefined
  return { start: offset, end: offset + length }
}

function count(value: number | undefined, what: string): number {
  if (value !== undefined && value >= 0) return value
  throw new RangeError(`a count is not right: ${value} ${what}`)
}
