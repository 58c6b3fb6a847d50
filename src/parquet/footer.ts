import type { StructField } from '../schema/index.ts'
import type { ColumnChunk } from './column-chunk.ts'
import type { Annotation, LeafType, PhysicalType } from './leaf-type.ts'
import { Encoding, type Page, PageType } from './page.ts'
import { ThriftWriter } from './thrift-writer.ts'
import type { FooterBounds } from './value-writer.ts'

/** A column of the file: its place in the schema, and how its values are stored. */
export interface FileColumn {
  readonly field: StructField
  readonly leaf: LeafType
}

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

// Enumerations of `parquet.thrift`, by their numbers.
const PHYSICAL: Record<PhysicalType, number> = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED_LEN_BYTE_ARRAY: 7,
}
const REQUIRED = 0
const OPTIONAL = 1
const UTF8 = 0
const DECIMAL = 5
const DATE = 6
const TIMESTAMP_MICROS = 10
const INT_8 = 15
const INT_16 = 16

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

function writeRoot(thrift: ThriftWriter, children: number): void {
  thrift.text(4, 'schema')
  thrift.i32(5, children)
}

function writeSchemaElement(thrift: ThriftWriter, { field, leaf }: FileColumn): void {
  const { annotation } = leaf
  thrift.i32(1, PHYSICAL[leaf.physical])
  thrift.i32(2, leaf.width)
  thrift.i32(3, field.nullable ? OPTIONAL : REQUIRED)
  thrift.text(4, field.name)
  thrift.i32(6, annotation && convertedType(annotation))
  if (annotation?.kind === 'decimal') {
    thrift.i32(7, annotation.scale)
    thrift.i32(8, annotation.precision)
  }
  thrift.i32(9, fieldId(field))
  if (annotation !== undefined) thrift.struct(10, () => writeLogicalType(thrift, annotation))
}

/** The id by which readers find the column of a table with column mapping (PROTOCOL.md "Column Mapping"). */
function fieldId(field: StructField): number | undefined {
  const id = field.metadata['delta.columnMapping.id']
  return typeof id === 'number' ? id : undefined
}

/** The older annotation, for readers that know no other. It has no word for timestamps without a zone. */
function convertedType(annotation: Annotation): number | undefined {
  switch (annotation.kind) {
    case 'string':
      return UTF8
    case 'decimal':
      return DECIMAL
    case 'date':
      return DATE
    case 'timestamp':
      return annotation.adjustedToUtc ? TIMESTAMP_MICROS : undefined
    case 'integer':
      return annotation.bits === 8 ? INT_8 : INT_16
  }
}

/** Writes the member of the union `LogicalType`. */
function writeLogicalType(thrift: ThriftWriter, annotation: Annotation): void {
  switch (annotation.kind) {
    case 'string':
      thrift.struct(1, () => {})
      return
    case 'decimal':
      thrift.struct(5, () => {
        thrift.i32(1, annotation.scale)
        thrift.i32(2, annotation.precision)
      })
      return
    case 'date':
      thrift.struct(6, () => {})
      return
    case 'timestamp':
      thrift.struct(8, () => {
        thrift.bool(1, annotation.adjustedToUtc)
        thrift.struct(2, () => thrift.struct(2, () => {}))
      })
      return
    case 'integer':
      thrift.struct(10, () => {
        thrift.i8(1, annotation.bits)
        thrift.bool(2, true)
      })
  }
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
  thrift.i32(1, PHYSICAL[column.leaf.physical])
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
