import { CODEC_NUMBER } from '../codec/codec.ts'
import { ThriftWriter } from '../thrift/thrift-writer.ts'
import type { ColumnChunk } from './column-chunk.ts'
import type { FileLeaf, FileNode } from './file-node.ts'
import { Encoding, type Page, type PageType } from './page.ts'
import { PHYSICAL_NUMBER, writeSchema } from './schema-elements.ts'
import type { FooterBounds } from './values/value-writer.ts'

/** A row group that is in the file already. */
export interface WrittenRowGroup {
  readonly rows: number
  readonly offset: number
  readonly chunks: readonly WrittenChunk[]
}

/** A column chunk that is in the file already; the offset is that of its first page. */
export interface WrittenChunk extends Pick<ColumnChunk, 'compressed' | 'count' | 'nulls' | 'bounds'>, Sizes {
  readonly leaf: FileLeaf
  readonly offset: number
  /** Bytes of the dictionary page, which comes first, if there is one. */
  readonly dictionarySize: number | undefined
  readonly encodings: readonly PageCount[]
  readonly bloomFilter: Place | undefined
  readonly columnIndex: Place | undefined
  readonly offsetIndex: Place
}

/** Bytes in the file, and before compression. */
export type Sizes = Pick<Page, 'storedSize' | 'encodedSize'>

/** Where bytes stand in the file. */
export interface Place {
  readonly offset: number
  readonly length: number
}

/** How many pages of a type and encoding there are: from it a reader knows whether a dictionary holds all values. */
export interface PageCount {
  readonly type: (typeof PageType)[keyof typeof PageType]
  readonly encoding: Encoding
  readonly count: number
}

/** A column by which the rows of every row group are sorted, as the caller says. */
export interface SortingLeaf {
  /** The number of the leaf. */
  readonly leaf: number
  readonly descending: boolean
  readonly nullsFirst: boolean
}

export interface Footer {
  readonly schema: readonly FileNode[]
  readonly leaves: readonly FileLeaf[]
  readonly rowGroups: readonly WrittenRowGroup[]
  readonly sorting: readonly SortingLeaf[]
  readonly codec: number
  readonly createdBy: string
}

/** The `FileMetaData` of `parquet.thrift`. */
export function formatFooter({ schema, leaves, rowGroups, sorting, codec, createdBy }: Footer): Uint8Array {
  const thrift = new ThriftWriter()
  thrift.i32(1, 1)
  writeSchema(thrift, 2, schema)
  thrift.i64(
    3,
    rowGroups.reduce((total, group) => total + group.rows, 0),
  )
  thrift.structs(4, [...rowGroups.entries()], ([ordinal, group]) =>
    writeRowGroup(thrift, group, ordinal, sorting, codec),
  )
  thrift.text(6, createdBy)
  // Every column is ordered as its type says.
  thrift.structs(7, leaves, () => thrift.struct(1, () => {}))
  return thrift.finish()
}

/** The sizes of all together. */
export function sizesOf(parts: readonly Sizes[]): Sizes {
  let storedSize = 0
  let encodedSize = 0
  for (const part of parts) {
    storedSize += part.storedSize
    encodedSize += part.encodedSize
  }
  return { storedSize, encodedSize }
}

function writeRowGroup(
  thrift: ThriftWriter,
  { chunks, rows, offset }: WrittenRowGroup,
  ordinal: number,
  sorting: readonly SortingLeaf[],
  codec: number,
): void {
  const { storedSize, encodedSize } = sizesOf(chunks)
  thrift.structs(1, chunks, (chunk) => writeChunk(thrift, chunk, codec))
  thrift.i64(2, encodedSize)
  thrift.i64(3, rows)
  if (sorting.length > 0) {
    thrift.structs(4, sorting, ({ leaf, descending, nullsFirst }) => {
      thrift.i32(1, leaf)
      thrift.bool(2, descending)
      thrift.bool(3, nullsFirst)
    })
  }
  thrift.i64(5, offset)
  thrift.i64(6, storedSize)
  // The field has 16 bits; readers need it for encryption only.
  thrift.i16(7, ordinal <= 0x7fff ? ordinal : undefined)
}

function writeChunk(thrift: ThriftWriter, chunk: WrittenChunk, codec: number): void {
  // The column's metadata stands here and nowhere else, so there is no offset to it.
  thrift.i64(2, 0)
  thrift.struct(3, () => writeColumnMetadata(thrift, chunk, codec))
  thrift.i64(4, chunk.offsetIndex.offset)
  thrift.i32(5, chunk.offsetIndex.length)
  thrift.i64(6, chunk.columnIndex?.offset)
  thrift.i32(7, chunk.columnIndex?.length)
}

function writeColumnMetadata(thrift: ThriftWriter, chunk: WrittenChunk, codec: number): void {
  const { leaf, offset, dictionarySize, bloomFilter } = chunk
  const encodings = new Set(chunk.encodings.map(({ encoding }) => encoding))
  if (leaf.maxDefinition > 0) encodings.add(Encoding.RLE)
  thrift.i32(1, PHYSICAL_NUMBER[leaf.leaf.physical])
  thrift.i32s(2, [...encodings])
  thrift.texts(3, leaf.path)
  thrift.i32(4, chunk.compressed ? codec : CODEC_NUMBER.none)
  thrift.i64(5, chunk.count)
  thrift.i64(6, chunk.encodedSize)
  thrift.i64(7, chunk.storedSize)
  thrift.i64(9, offset + (dictionarySize ?? 0))
  thrift.i64(11, dictionarySize === undefined ? undefined : offset)
  thrift.struct(12, () => writeStatistics(thrift, chunk.nulls, chunk.bounds))
  thrift.structs(13, chunk.encodings, ({ type, encoding, count }) => {
    thrift.i32(1, type)
    thrift.i32(2, encoding)
    thrift.i32(3, count)
  })
  thrift.i64(14, bloomFilter?.offset)
  thrift.i32(15, bloomFilter?.length)
}

function writeStatistics(thrift: ThriftWriter, nulls: number, { min, max }: FooterBounds): void {
  thrift.i64(3, nulls)
  thrift.binary(5, max?.bytes)
  thrift.binary(6, min?.bytes)
  thrift.bool(7, max?.exact)
  thrift.bool(8, min?.exact)
}
