import type { ColumnChunk } from './column-chunk.ts'
import { Encoding, type Page, PageType } from './page.ts'
import { type FileColumn, PHYSICAL_NUMBER, writeRoot, writeSchemaElement } from './schema-elements.ts'
import { ThriftWriter } from './thrift-writer.ts'
import type { FooterBounds } from './value-writer.ts'

/** A row group that is in the file already. */
export interface WrittenRowGroup {
  readonly rows: number
  readonly offset: number
  readonly chunks: readonly WrittenChunk[]
}

/** A column chunk that is in the file already; the offset is that of its first page. */
export interface WrittenChunk extends Omit<ColumnChunk, 'pages'> {
  readonly offset: number
  readonly pages: readonly Omit<Page, 'parts'>[]
}

export interface Footer {
  readonly columns: readonly FileColumn[]
  readonly rowGroups: readonly WrittenRowGroup[]
  readonly codec: number
  readonly createdBy: string
}

const sum = <Item>(items: readonly Item[], size: (item: Item) => number): number =>
  items.reduce((total, item) => total + size(item), 0)

/** The `FileMetaData` of `parquet.thrift`. */
export function formatFooter({ columns, rowGroups, codec, createdBy }: Footer): Uint8Array {
  const thrift = new ThriftWriter()
  thrift.i32(1, 1)
  thrift.structs(2, [undefined, ...columns], (column) => {
    if (column === undefined) writeRoot(thrift, columns.length)
    else writeSchemaElement(thrift, column)
  })
  thrift.i64(
    3,
    sum(rowGroups, (group) => group.rows),
  )
  thrift.structs(4, [...rowGroups.entries()], ([ordinal, group]) =>
    writeRowGroup(thrift, group, ordinal, columns, codec),
  )
  thrift.text(6, createdBy)
  // Every column is ordered as its type says.
  thrift.structs(7, columns, () => thrift.struct(1, () => {}))
  return thrift.finish()
}

function writeRowGroup(
  thrift: ThriftWriter,
  group: WrittenRowGroup,
  ordinal: number,
  columns: readonly FileColumn[],
  codec: number,
): void {
  thrift.structs(1, [...columns.entries()], ([i, column]) => {
    const chunk = group.chunks[i]
    if (chunk === undefined) return
    // The column's metadata stands here and nowhere else, so there is no offset to it.
    thrift.i64(2, 0)
    thrift.struct(3, () => writeColumnMetadata(thrift, column, chunk, codec))
  })
  thrift.i64(
    2,
    sum(group.chunks, (chunk) => sum(chunk.pages, (page) => page.encodedSize)),
  )
  thrift.i64(3, group.rows)
  thrift.i64(5, group.offset)
  thrift.i64(
    6,
    sum(group.chunks, (chunk) => sum(chunk.pages, (page) => page.storedSize)),
  )
  // The field has 16 bits; readers need it for encryption only.
  thrift.i16(7, ordinal <= 0x7fff ? ordinal : undefined)
}

function writeColumnMetadata(thrift: ThriftWriter, column: FileColumn, chunk: WrittenChunk, codec: number): void {
  const [first] = chunk.pages
  const dictionary = first?.type === PageType.DICTIONARY_PAGE ? first : undefined
  const encodings = new Set<Encoding>(chunk.pages.map((page) => page.encoding))
  if (column.field.nullable) encodings.add(Encoding.RLE)
  thrift.i32(1, PHYSICAL_NUMBER[column.leaf.physical])
  thrift.i32s(2, [...encodings])
  thrift.texts(3, [column.field.name])
  thrift.i32(4, codec)
  thrift.i64(5, chunk.rows)
  thrift.i64(
    6,
    sum(chunk.pages, (page) => page.encodedSize),
  )
  thrift.i64(
    7,
    sum(chunk.pages, (page) => page.storedSize),
  )
  thrift.i64(9, chunk.offset + (dictionary?.storedSize ?? 0))
  thrift.i64(11, dictionary && chunk.offset)
  thrift.struct(12, () => writeStatistics(thrift, chunk.nulls, chunk.bounds))
  thrift.structs(13, pageCounts(chunk.pages), ({ type, encoding, count }) => {
    thrift.i32(1, type)
    thrift.i32(2, encoding)
    thrift.i32(3, count)
  })
}

function writeStatistics(thrift: ThriftWriter, nulls: number, { min, max }: FooterBounds): void {
  thrift.i64(3, nulls)
  thrift.binary(5, max?.bytes)
  thrift.binary(6, min?.bytes)
  thrift.bool(7, max?.exact)
  thrift.bool(8, min?.exact)
}

/** How many pages of which type and encoding: from it a reader knows whether a dictionary holds all values. */
function pageCounts(pages: WrittenChunk['pages']): { type: PageType; encoding: Encoding; count: number }[] {
  const counts = new Map<string, { type: PageType; encoding: Encoding; count: number }>()
  for (const { type, encoding } of pages) {
    const key = `${type} ${encoding}`
    const entry = counts.get(key)
    if (entry === undefined) counts.set(key, { type, encoding, count: 1 })
    else entry.count++
  }
  return [...counts.values()]
}
