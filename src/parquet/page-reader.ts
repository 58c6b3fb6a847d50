import type { ColumnMetaData, PageHeader } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { DeltaError } from '../errors.ts'
import { decompress } from './decompress.ts'

/** A page of a column chunk, decompressed and cut into its parts. */
export interface StoredPage {
  readonly kind: 'dictionary' | 'data'
  /** Rows of a data page of a flat column, values of a dictionary page. */
  readonly count: number
  readonly encoding: string
  /** Definition levels in the hybrid encoding; undefined where every row has a value. */
  readonly levels: Uint8Array<ArrayBuffer> | undefined
  readonly values: Uint8Array<ArrayBuffer>
}

/**
 * The pages of a flat column chunk in turn. Sizes are held against the bytes that are there before anything is allocated.
 * @throws {RangeError} when sizes do not add up. @throws {DeltaError} `unsupported` for a codec or form of page that is not.
 */
export function* readPages(
  bytes: Uint8Array<ArrayBuffer>,
  codec: ColumnMetaData['codec'],
  nullable: boolean,
): Generator<StoredPage> {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  while (reader.offset < bytes.length) {
    const header = parquetHeader(reader)
    const size = header.compressed_page_size
    if (!(size >= 0 && size <= bytes.length - reader.offset)) throw new RangeError(`a page claims ${size} bytes`)
    const body = bytes.subarray(reader.offset, reader.offset + size)
    reader.offset += size
    const page = readPage(header, body, codec, nullable)
    if (page !== undefined) yield page
  }
}

function readPage(
  header: PageHeader,
  body: Uint8Array<ArrayBuffer>,
  codec: ColumnMetaData['codec'],
  nullable: boolean,
): StoredPage | undefined {
  const size = header.uncompressed_page_size
  const { dictionary_page_header: dictionary, data_page_header: v1, data_page_header_v2: v2 } = header
  if (header.type === 'DICTIONARY_PAGE' && dictionary) {
    const values = decompress(body, size, codec)
    return {
      kind: 'dictionary',
      count: dictionary.num_values,
      encoding: dictionary.encoding,
      levels: undefined,
      values,
    }
  }
  if (header.type === 'DATA_PAGE' && v1) {
    const { num_values: count, encoding } = v1
    const page = decompress(body, size, codec)
    if (!nullable) return { kind: 'data', count, encoding, levels: undefined, values: page }
    if (v1.definition_level_encoding !== 'RLE') throw unsupported(`levels encoded as ${v1.definition_level_encoding}`)
    const length = new DataView(page.buffer, page.byteOffset, page.byteLength).getUint32(0, true)
    if (length > page.length - 4) throw new RangeError(`levels claim ${length} bytes of a page of ${page.length}`)
    return { kind: 'data', count, encoding, levels: page.subarray(4, 4 + length), values: page.subarray(4 + length) }
  }
  if (header.type === 'DATA_PAGE_V2' && v2) {
    const start = v2.repetition_levels_byte_length
    const end = start + v2.definition_levels_byte_length
    if (!(start >= 0 && end >= start && end <= body.length)) throw new RangeError(`levels claim ${end} bytes of a page`)
    const stored = body.subarray(end)
    const values = v2.is_compressed === false || size === end ? stored : decompress(stored, size - end, codec)
    const levels = nullable ? body.subarray(start, end) : undefined
    return { kind: 'data', count: v2.num_values, encoding: v2.encoding, levels, values }
  }
  if (header.type === 'INDEX_PAGE') return undefined
  throw new RangeError(`a page has the type ${header.type} but no header for it`)
}

function unsupported(what: string): DeltaError {
  return new DeltaError('unsupported', `${what} is not supported`)
}
