import { ByteSink } from './byte-sink.ts'
import { encodeHybrid } from './hybrid-encoder.ts'
import type { PageLevels } from './page-levels.ts'
import { ThriftWriter } from './thrift-writer.ts'

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
export type PageType = (typeof PageType)[keyof typeof PageType]

/** A page as it goes into the file, header and all. */
export interface Page {
  readonly type: PageType
  readonly encoding: Encoding
  readonly parts: readonly Uint8Array[]
  /** Bytes of header and body in the file, and before compression. */
  readonly storedSize: number
  readonly encodedSize: number
}

export type Compress = ((page: Uint8Array) => Uint8Array) | undefined

/** Makes pages of version 1: levels in front of the values, both compressed together. */
export class PageBuilder {
  readonly #compress: Compress
  readonly #body = new ByteSink()

  constructor(compress: Compress) {
    this.#compress = compress
  }

  dataPage(rows: number, levels: PageLevels | undefined, encoding: Encoding, values: ByteSink): Page {
    const body = this.#body
    body.clear()
    if (levels !== undefined) appendLevels(rows, levels, body)
    body.append(values.written())
    return this.#page(PageType.DATA_PAGE, encoding, body.written(), (header) =>
      header.struct(5, () => {
        header.i32(1, rows)
        header.i32(2, encoding)
        header.i32(3, Encoding.RLE)
        header.i32(4, Encoding.RLE)
      }),
    )
  }

  dictionaryPage(size: number, values: ByteSink): Page {
    return this.#page(PageType.DICTIONARY_PAGE, Encoding.PLAIN, values.written(), (header) =>
      header.struct(7, () => {
        header.i32(1, size)
        header.i32(2, Encoding.PLAIN)
      }),
    )
  }

  #page(type: PageType, encoding: Encoding, body: Uint8Array, writeType: (header: ThriftWriter) => void): Page {
    const stored = this.#compress === undefined ? body.slice() : this.#compress(body)
    const thrift = new ThriftWriter()
    thrift.i32(1, type)
    thrift.i32(2, body.length)
    thrift.i32(3, stored.length)
    writeType(thrift)
    const header = thrift.finish()
    return {
      type,
      encoding,
      parts: [header, stored],
      storedSize: header.length + stored.length,
      encodedSize: header.length + body.length,
    }
  }
}

/** Definition levels of a flat column, 0 or 1, behind their length in four bytes. */
function appendLevels(rows: number, { levels, nulls }: PageLevels, body: ByteSink): void {
  body.appendUint32(0)
  const start = body.length
  if (nulls === 0 || nulls === rows) {
    body.appendVarint(rows * 2)
    body.appendByte(nulls === 0 ? 1 : 0)
  } else {
    encodeHybrid(levels, rows, 1, body)
  }
  body.view.setUint32(start - 4, body.length - start, true)
}
