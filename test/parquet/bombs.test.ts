import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type PageForm, readPages } from '../../src/parquet/read/page-reader.ts'
import { ThriftWriter } from '../../src/parquet/thrift/thrift-writer.ts'
import { concatenate } from './encode.ts'

/** A data page that claims to have `claimed` bytes before compression. */
function page(body: Uint8Array, claimed: number): Uint8Array<ArrayBuffer> {
  const header = new ThriftWriter()
  header.i32(1, 0)
  header.i32(2, claimed)
  header.i32(3, body.length)
  header.struct(5, () => {
    for (const [field, value] of [1, 0, 3, 3].entries()) header.i32(field + 1, value)
  })
  return Uint8Array.from(concatenate([header.finish(), body]))
}

const read = (bytes: Uint8Array<ArrayBuffer>, codec: PageForm['codec']): unknown =>
  Array.from(readPages(bytes, { codec, definition: 0, repetition: 0 }))

describe('a page of a few bytes', () => {
  test.each(['SNAPPY', 'GZIP', 'BROTLI', 'ZSTD', 'LZ4', 'LZ4_RAW'] as const)(
    'that claims gigabytes before %s is refused before they are allocated',
    (codec) => {
      expect(() => read(page(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 7, 0, 0, 0), 2 ** 31 - 1), codec)).toThrow(
        'a page claims 2147483647 bytes before compression',
      )
    },
  )

  test('that claims a hundred megabytes before brotli, which has no bound of its own, is refused', () => {
    expect(() => read(page(new Uint8Array(8), 100_000_000), 'BROTLI')).toThrow(
      'a page of 8 bytes in BROTLI claims 100000000 bytes',
    )
  })

  test('that decompresses into more than it claims is stopped there', () => {
    const bomb = gzipSync(new Uint8Array(50_000_000))
    expect(() => read(page(bomb, 1000), 'GZIP')).toThrow()
  })

  test('that decompresses into less than it claims is refused', () => {
    expect(() => read(page(gzipSync(new Uint8Array(10)), 1000), 'GZIP')).toThrow()
  })
})
