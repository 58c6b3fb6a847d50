import { describe, expect, test } from 'vitest'
import { ByteSink } from '../../src/parquet/byte-sink.ts'
import { compressorOf } from '../../src/parquet/codecs.ts'
import { type Compress, Encoding, PageBuilder } from '../../src/parquet/page.ts'
import { PageLevels } from '../../src/parquet/page-levels.ts'
import { readPages } from '../../src/parquet/page-reader.ts'
import { concatenate } from './encode.ts'

const snappy = compressorOf('snappy')

/** A data page of three values of four bytes, the second null. */
function dataPage(compress: Compress): Uint8Array<ArrayBuffer> {
  const values = new ByteSink()
  for (const value of [7, 9]) values.appendUint32(value)
  const levels = new PageLevels()
  levels.append(Uint8Array.of(1, 0, 1), 0, 3, 1)
  const { parts } = new PageBuilder(compress).dataPage(3, levels, Encoding.PLAIN, values)
  return Uint8Array.from(concatenate(parts))
}

describe('pages', () => {
  test.each([
    ['UNCOMPRESSED', undefined],
    ['SNAPPY', snappy],
  ] as const)('compressed as %s are cut into levels and values', (codec, compress) => {
    const bytes = dataPage(compress)
    const pages = [...readPages(Uint8Array.from([...bytes, ...bytes]), codec, true)]
    expect(pages).toHaveLength(2)
    expect(pages[1]).toMatchObject({ kind: 'data', count: 3, encoding: 'PLAIN' })
    expect([...(pages[1]?.levels ?? [])]).toEqual([0b11, 0b101])
    expect([...(pages[1]?.values ?? [])]).toEqual([7, 0, 0, 0, 9, 0, 0, 0])
  })

  test('whose header and body differ in length are refused, before anything is allocated', () => {
    const shorter = dataPage((page) => snappy?.(page.subarray(0, 9)) ?? page)
    expect(() => [...readPages(shorter, 'SNAPPY', true)]).toThrow('two different lengths')
  })

  test('that claim more bytes than there are are refused', () => {
    const bytes = dataPage(undefined)
    expect(() => [...readPages(bytes.slice(0, -1), 'UNCOMPRESSED', true)]).toThrow(RangeError)
  })

  test('of a codec that nobody has are unsupported by name', () => {
    expect(() => [...readPages(dataPage(undefined), 'LZO', true)]).toThrow('the codec LZO is not supported')
  })
})
