import { crc32 } from '#hash'
import type { Compression } from '../codec/compression.ts'
import { ByteSink } from '../encoding/byte-sink.ts'
import { ThriftWriter } from '../thrift/thrift-writer.ts'
import type { PageLevels } from './page-levels.ts'
import type { FooterBounds } from './values/value-writer.ts'

/** Encodings by their number in `parquet.thrift`. */
export const Encoding = {
  PLAIN: 0,
  RLE: 3,
  DELTA_BINARY_PACKED: 5,
  DELTA_LENGTH_BYTE_ARRAY: 6,
  DELTA_BYTE_ARRAY: 7,
  RLE_DICTIONARY: 8,
  BYTE_STREAM_SPLIT: 9,
} as const
export type Encoding = (typeof Encoding)[keyof typeof Encoding]

/** Page types by their number in `parquet.thrift`. */
export const PageType = { DATA_PAGE: 0, DICTIONARY_PAGE: 2 } as const
type PageType = (typeof PageType)[keyof typeof PageType]

/** A page as it goes into the file, header and all. */
export interface Page {
  readonly encoding: Encoding
  /** Header and body; undefined while the body is at a worker that compresses it. */
  readonly parts: readonly Uint8Array[] | undefined
  /** Bytes of header and body in the file, and before compression; both about, until the parts are there. */
  readonly storedSize: number
  readonly encodedSize: number
}

/** A page of values, which begins with a row, and what the page index says about it. */
export interface DataPage extends Page {
  readonly rows: number
  /** Slots: values and nulls. */
  readonly count: number
  readonly nulls: number
  readonly bounds: FooterBounds
}

/** What becomes a page of values. */
export interface DataPageParts {
  readonly levels: PageLevels
  readonly encoding: Encoding
  readonly values: ByteSink
  readonly bounds: FooterBounds
}

/** Makes pages of version 1: levels in front of the values, both compressed together, or not at all. */
export class PageBuilder {
  readonly #compression: Compression
  readonly #checksums: boolean
  readonly #body = new ByteSink()

  /** @param checksums whether readers can tell a page's damage by a checksum. */
  constructor(compression: Compression, checksums = false) {
    this.#compression = compression
    this.#checksums = checksums
  }

  dataPage({ levels, encoding, values, bounds }: DataPageParts, compression = this.#compression): DataPage {
    const { rows, count, nulls } = levels
    const body = this.#body
    body.clear()
    levels.encode(body)
    body.append(values.written())
    const page = this.#page({ type: PageType.DATA_PAGE, encoding, body: body.written() }, compression, (header) =>
      header.struct(5, () => {
        header.i32(1, count)
        header.i32(2, encoding)
        header.i32(3, Encoding.RLE)
        header.i32(4, Encoding.RLE)
      }),
    )
    // The same object, which the compressed body comes to.
    return Object.assign(page, { rows, count, nulls, bounds })
  }

  dictionaryPage(size: number, values: ByteSink): Page {
    const page = { type: PageType.DICTIONARY_PAGE, encoding: Encoding.PLAIN, body: values.written() }
    return this.#page(page, this.#compression, (header) =>
      header.struct(7, () => {
        header.i32(1, size)
        header.i32(2, Encoding.PLAIN)
      }),
    )
  }

  #page(
    { type, encoding, body }: { readonly type: PageType; readonly encoding: Encoding; readonly body: Uint8Array },
    compression: Compression,
    writeType: (header: ThriftWriter) => void,
  ): Page {
    const { length } = body
    const page = { encoding, parts: undefined, storedSize: length, encodedSize: length }
    compression.compress(body, (stored) => {
      const thrift = new ThriftWriter()
      thrift.i32(1, type)
      thrift.i32(2, length)
      thrift.i32(3, stored.length)
      // Of the bytes as they are stored, in a signed field.
      thrift.i32(4, this.#checksums ? crc32(stored) | 0 : undefined)
      writeType(thrift)
      const header = thrift.finish()
      Object.assign(page, {
        parts: [header, stored],
        storedSize: header.length + stored.length,
        encodedSize: header.length + length,
      })
    })
    return page
  }
}
