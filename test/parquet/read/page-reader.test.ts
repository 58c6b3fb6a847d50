import { describe, expect, test } from 'vitest'
import type { Compressor } from '../../../src/parquet/codec/codec.ts'
import { inlineCompression } from '../../../src/parquet/codec/compression.ts'
import { compressorOf } from '../../../src/parquet/codecs.ts'
import { ByteSink } from '../../../src/parquet/encoding/byte-sink.ts'
import { type PageForm, readPages } from '../../../src/parquet/read/page-reader.ts'
import { Encoding, PageBuilder } from '../../../src/parquet/write/page.ts'
import { PageLevels } from '../../../src/parquet/write/page-levels.ts'
import { concatenate } from '../encode.ts'

const snappy = compressorOf('snappy')

/** Pages of a flat column that may be null. */
const flat = (codec: PageForm['codec']): PageForm => ({ codec, definition: 1, repetition: 0 })

/** A data page of three values of four bytes, the second null. */
function dataPage(compress: Compressor | undefined): Uint8Array<ArrayBuffer> {
  const values = new ByteSink()
  for (const value of [7, 9]) values.appendUint32(value)
  const levels = new PageLevels(1, 0)
  const slots = { values: [7, null, 9], start: 0, end: 3 }
  levels.append({ slots, first: 0, count: 3, present: Uint8Array.of(1, 0, 1), values: 2, rowEnds: true }, 0, 3, 1)
  const builder = new PageBuilder(inlineCompression(compress))
  const { parts } = builder.dataPage({ levels, encoding: Encoding.PLAIN, values, bounds: {} })
  return Uint8Array.from(concatenate(parts ?? []))
}

describe('pages', () => {
  test.each([
    ['UNCOMPRESSED', undefined],
    ['SNAPPY', snappy],
  ] as const)('compressed as %s are cut into levels and values', (codec, compress) => {
    const bytes = dataPage(compress)
    const pages = [...readPages(Uint8Array.from([...bytes, ...bytes]), flat(codec))]
    expect(pages).toHaveLength(2)
    expect(pages[1]).toMatchObject({ kind: 'data', count: 3, encoding: 'PLAIN' })
    expect([...(pages[1]?.definitions ?? [])]).toEqual([0b11, 0b101])
    expect([...(pages[1]?.values ?? [])]).toEqual([7, 0, 0, 0, 9, 0, 0, 0])
  })

  test('whose header and body differ in length are refused, before anything is allocated', () => {
    const shorter = dataPage((page) => snappy?.(page.subarray(0, 9)) ?? page)
    expect(() => [...readPages(shorter, flat('SNAPPY'))]).toThrow('two different lengths')
  })

  test('that claim more bytes than there are are refused', () => {
    const bytes = dataPage(undefined)
    expect(() => [...readPages(bytes.slice(0, -1), flat('UNCOMPRESSED'))]).toThrow(RangeError)
  })

  test('of a codec that nobody has are unsupported by name', () => {
    expect(() => [...readPages(dataPage(undefined), flat('LZO'))]).toThrow('the codec LZO is not supported')
  })
})
