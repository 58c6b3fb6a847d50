import type { ValueEncoding } from '../../src/parquet/index.ts'
import { columns } from './sample.ts'

/** The two samples of rows. */
export const kinds = ['flat', 'nested'] as const
export type Kind = (typeof kinds)[number]

/** Columns of a sample with an encoding that their type takes. */
export const encodings: readonly {
  readonly kind: Kind
  readonly encoding: ValueEncoding
  readonly leaves: readonly string[]
}[] = [
  { kind: 'flat', encoding: 'PLAIN', leaves: columns.map(([name]) => name) },
  {
    kind: 'nested',
    encoding: 'PLAIN',
    leaves: ['person.address.city', 'tags.element', 'calls.key', 'history.element.value'],
  },
  {
    kind: 'flat',
    encoding: 'DELTA_BINARY_PACKED',
    leaves: ['id', 'integer', 'short', 'byte', 'day', 'moment', 'small', 'medium'],
  },
  {
    kind: 'nested',
    encoding: 'DELTA_BINARY_PACKED',
    leaves: ['person.since', 'grid.element.element', 'attributes.value.seen', 'calls.key', 'history.element.value'],
  },
  {
    kind: 'flat',
    encoding: 'DELTA_LENGTH_BYTE_ARRAY',
    leaves: ['text', 'bytes', 'country'],
  },
  {
    kind: 'nested',
    encoding: 'DELTA_LENGTH_BYTE_ARRAY',
    leaves: ['person.name', 'tags.element', 'attributes.key', 'attributes.value.digest'],
  },
  { kind: 'flat', encoding: 'DELTA_BYTE_ARRAY', leaves: ['text', 'bytes', 'country'] },
  {
    kind: 'nested',
    encoding: 'DELTA_BYTE_ARRAY',
    leaves: ['person.name', 'tags.element', 'lines.element.notes.element', 'attributes.key'],
  },
  {
    kind: 'flat',
    encoding: 'BYTE_STREAM_SPLIT',
    leaves: ['float', 'double'],
  },
  {
    kind: 'nested',
    encoding: 'BYTE_STREAM_SPLIT',
    leaves: ['person.address.place.latitude', 'person.address.place.longitude'],
  },
]
