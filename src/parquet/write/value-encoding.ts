import { DeltaError } from '../../errors.ts'
import type { ByteSink } from '../encoding/byte-sink.ts'
import { encodeStreams } from '../encoding/byte-stream-split.ts'
import { encodeDeltas } from '../encoding/delta-binary-packed.ts'
import { encodeDeltaByteArrays, encodeDeltaLengths } from '../encoding/delta-byte-array.ts'
import type { LeafType, PhysicalType } from '../encoding/leaf-type.ts'
import { Encoding } from './page.ts'

/**
 * An encoding that a column can be given instead of the choice between a dictionary and PLAIN. Worth it where the shape
 * of the values is known, and readers are newer than Spark 3.3:
 * - `DELTA_BINARY_PACKED`: integers, dates and timestamps that go up by small steps;
 * - `DELTA_LENGTH_BYTE_ARRAY`: text that the codec finds more alike without lengths in between;
 * - `DELTA_BYTE_ARRAY`: sorted text, URLs, paths: a value shares its beginning with the one before;
 * - `BYTE_STREAM_SPLIT`: floating-point measurements, which zstd then makes a good deal smaller;
 * - `PLAIN`: values of which it is known that no dictionary pays.
 */
export type ValueEncoding =
  | 'PLAIN'
  | 'DELTA_BINARY_PACKED'
  | 'DELTA_LENGTH_BYTE_ARRAY'
  | 'DELTA_BYTE_ARRAY'
  | 'BYTE_STREAM_SPLIT'

/** Turns the values of a page from PLAIN into another encoding. */
export interface ValueEncoder {
  readonly encoding: Encoding
  /** Appends to `sink` what `plain` holds. */
  encode(plain: ByteSink, sink: ByteSink): void
}

/**
 * Narrower than the format, which gives both of the last also to FIXED_LEN_BYTE_ARRAY, and BYTE_STREAM_SPLIT to integers:
 * Polars cannot read the one, DuckDB not the other.
 */
const TAKES: Readonly<Record<ValueEncoding, readonly PhysicalType[]>> = {
  PLAIN: ['BOOLEAN', 'INT32', 'INT64', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'],
  DELTA_BINARY_PACKED: ['INT32', 'INT64'],
  DELTA_LENGTH_BYTE_ARRAY: ['BYTE_ARRAY'],
  DELTA_BYTE_ARRAY: ['BYTE_ARRAY'],
  BYTE_STREAM_SPLIT: ['FLOAT', 'DOUBLE'],
}

/**
 * The encoder of a column.
 * @throws {DeltaError} `invalid-argument` naming the column where its type does not take the encoding.
 */
export function valueEncoder(column: string, leaf: LeafType, asked: ValueEncoding): ValueEncoder {
  checkEncoding(column, leaf.physical, asked)
  switch (asked) {
    case 'PLAIN':
      return { encoding: Encoding.PLAIN, encode: (plain, sink) => sink.append(plain.written()) }
    case 'DELTA_BINARY_PACKED':
      return {
        encoding: Encoding.DELTA_BINARY_PACKED,
        encode: leaf.physical === 'INT32' ? encodeInt32Deltas : encodeInt64Deltas,
      }
    case 'DELTA_LENGTH_BYTE_ARRAY':
      return { encoding: Encoding.DELTA_LENGTH_BYTE_ARRAY, encode: encodeDeltaLengths }
    case 'DELTA_BYTE_ARRAY':
      return { encoding: Encoding.DELTA_BYTE_ARRAY, encode: encodeDeltaByteArrays }
    case 'BYTE_STREAM_SPLIT': {
      const width = leaf.physical === 'FLOAT' ? 4 : 8
      return { encoding: Encoding.BYTE_STREAM_SPLIT, encode: (plain, sink) => encodeStreams(plain, width, sink) }
    }
  }
}

function checkEncoding(column: string, physical: PhysicalType, asked: ValueEncoding): void {
  if (!Object.hasOwn(TAKES, asked)) {
    const names = Object.keys(TAKES).join(', ')
    const message = `column '${column}' cannot be encoded as ${asked}: there is no such encoding, choose one of ${names}`
    throw new DeltaError('invalid-argument', message, { column })
  }
  if (TAKES[asked].includes(physical)) return
  const others = Object.entries(TAKES).flatMap(([encoding, types]) => (types.includes(physical) ? [encoding] : []))
  const message = `column '${column}' cannot be encoded as ${asked}: it is stored as ${physical}, which takes ${others.join(', ')}`
  throw new DeltaError('invalid-argument', message, { column })
}

function encodeInt32Deltas({ view, length }: ByteSink, sink: ByteSink): void {
  const count = length / 4
  const values = new Int32Array(count)
  for (let i = 0; i < count; i++) values[i] = view.getInt32(i * 4, true)
  encodeDeltas(values, undefined, count, sink)
}

function encodeInt64Deltas({ view, length }: ByteSink, sink: ByteSink): void {
  const count = length / 8
  const low = new Int32Array(count)
  const high = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    low[i] = view.getInt32(i * 8, true)
    high[i] = view.getInt32(i * 8 + 4, true)
  }
  encodeDeltas(low, high, count, sink)
}
