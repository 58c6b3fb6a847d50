import type { ValueEncoding } from '../../src/parquet/index.ts'
import { columns } from './sample.ts'

export const readers = ['pyarrow', 'Polars', 'DuckDB'] as const

/** What a peer cannot do, by its own words: a pin that is raised may close the gap, and then this fails. */
export type Gaps = Readonly<Partial<Record<(typeof readers)[number], RegExp>>>

/** The two samples of rows. */
export const kinds = ['flat', 'nested'] as const
export type Kind = (typeof kinds)[number]

const floatsOnly = /BYTE_STREAM_SPLIT encoding is only supported for FLOAT or DOUBLE data/
const noWideDecimals =
  /Decoding FixedLenByteArray\(16\) "(DeltaByteArray|ByteStreamSplit)"-encoded .* not yet supported/

/** Columns of a sample with an encoding that their type takes. */
export const encodings: readonly {
  readonly name: string
  readonly kind: Kind
  readonly encoding: ValueEncoding
  readonly leaves: readonly string[]
  readonly gaps?: Gaps
}[] = [
  { name: 'PLAIN', kind: 'flat', encoding: 'PLAIN', leaves: columns.map(([name]) => name) },
  {
    name: 'PLAIN',
    kind: 'nested',
    encoding: 'PLAIN',
    leaves: ['person.address.city', 'tags.element', 'calls.key', 'history.element.value'],
  },
  {
    name: 'DELTA_BINARY_PACKED',
    kind: 'flat',
    encoding: 'DELTA_BINARY_PACKED',
    leaves: ['id', 'integer', 'short', 'byte', 'day', 'moment', 'small', 'medium'],
  },
  {
    name: 'DELTA_BINARY_PACKED',
    kind: 'nested',
    encoding: 'DELTA_BINARY_PACKED',
    leaves: ['person.since', 'grid.element.element', 'attributes.value.seen', 'calls.key', 'history.element.value'],
  },
  {
    name: 'DELTA_LENGTH_BYTE_ARRAY',
    kind: 'flat',
    encoding: 'DELTA_LENGTH_BYTE_ARRAY',
    leaves: ['text', 'bytes', 'country'],
  },
  {
    name: 'DELTA_LENGTH_BYTE_ARRAY',
    kind: 'nested',
    encoding: 'DELTA_LENGTH_BYTE_ARRAY',
    leaves: ['person.name', 'tags.element', 'attributes.key', 'attributes.value.digest'],
  },
  { name: 'DELTA_BYTE_ARRAY', kind: 'flat', encoding: 'DELTA_BYTE_ARRAY', leaves: ['text', 'bytes', 'country'] },
  {
    name: 'DELTA_BYTE_ARRAY',
    kind: 'nested',
    encoding: 'DELTA_BYTE_ARRAY',
    leaves: ['person.name', 'tags.element', 'lines.element.notes.element', 'attributes.key'],
  },
  {
    name: 'BYTE_STREAM_SPLIT of floating point',
    kind: 'flat',
    encoding: 'BYTE_STREAM_SPLIT',
    leaves: ['float', 'double'],
  },
  {
    name: 'BYTE_STREAM_SPLIT of floating point',
    kind: 'nested',
    encoding: 'BYTE_STREAM_SPLIT',
    leaves: ['person.address.place.latitude', 'person.address.place.longitude'],
  },
  {
    name: 'BYTE_STREAM_SPLIT of whole numbers',
    kind: 'flat',
    encoding: 'BYTE_STREAM_SPLIT',
    leaves: ['id', 'integer', 'moment', 'medium'],
    gaps: { DuckDB: floatsOnly },
  },
  {
    name: 'BYTE_STREAM_SPLIT of whole numbers',
    kind: 'nested',
    encoding: 'BYTE_STREAM_SPLIT',
    leaves: ['grid.element.element', 'lines.element.price', 'calls.key'],
    gaps: { DuckDB: floatsOnly },
  },
  {
    name: 'DELTA_BYTE_ARRAY of wide decimals',
    kind: 'flat',
    encoding: 'DELTA_BYTE_ARRAY',
    leaves: ['large'],
    gaps: { Polars: noWideDecimals },
  },
  {
    name: 'BYTE_STREAM_SPLIT of wide decimals',
    kind: 'flat',
    encoding: 'BYTE_STREAM_SPLIT',
    leaves: ['large'],
    gaps: { DuckDB: floatsOnly, Polars: noWideDecimals },
  },
]
