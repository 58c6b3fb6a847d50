import * as zlib from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Codec } from '../../src/parquet/codec/codec.ts'
import * as node from '../../src/parquet/codecs.ts'
import * as web from '../../src/parquet/codecs-web.ts'

/** Codecs by their names in Parquet's metadata. */
const codecs = [
  ['snappy', 'SNAPPY'],
  ['gzip', 'GZIP'],
  ['brotli', 'BROTLI'],
  ['zstd', 'ZSTD'],
  ['lz4_raw', 'LZ4_RAW'],
] as const

/** Pages as columns make them: noise, repetition, and repetition beyond the reach of a window. */
const pages = fc
  .tuple(fc.uint8Array({ maxLength: 3000 }), fc.uint8Array({ maxLength: 300 }), fc.nat(400))
  .map(([noise, pattern, times]) =>
    Uint8Array.from([
      ...noise,
      ...Array(times)
        .fill([...pattern])
        .flat(),
      ...noise,
    ]),
  )

const platforms = [
  ['Node', node],
  ['browsers', web],
] as const

describe.each(platforms)('codecs for %s', (_, { canCompress, compressorOf, decompressors, ...texts }) => {
  test.each(codecs)('%s brings back what it compressed, or is refused by name', (codec, name) => {
    if (!canCompress(codec)) {
      expect(() => compressorOf(codec)).toThrow(expect.objectContaining({ code: 'unsupported' }))
      expect(() => compressorOf(codec)).toThrow(codec)
      return
    }
    const compress = compressorOf(codec)
    const decompress = decompressors[name]
    if (compress === undefined || decompress === undefined) throw new Error(`no ${codec}`)
    fc.assert(
      fc.property(pages, (page) => {
        expect(Buffer.compare(decompress(compress(page), page.length), page)).toBe(0)
      }),
      { numRuns: 40 },
    )
  })

  test('none leaves pages alone', () => {
    expect(compressorOf('none')).toBeUndefined()
  })

  test('a codec that is none is refused with those that are', () => {
    const lzo: string = 'lzo'
    expect(() => compressorOf(lzo as Codec)).toThrow(/no codec lzo: choose one of none, snappy, gzip/)
  })

  test('levels are those of the codec', () => {
    expect(() => compressorOf('gzip', 10)).toThrow('gzip has levels from 1 to 9, not 10')
    expect(() => compressorOf('snappy', 1)).toThrow('snappy has no levels')
  })

  test('text is written and read at its place, a byte order mark included', () => {
    const target = new Uint8Array(1000)
    const write = texts.utf8Writer(target)
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), fc.nat(50), (text, at) => {
        const written = write(`\ufeff${text}`, at)
        expect(target.slice(at, at + written)).toEqual(new TextEncoder().encode(`\ufeff${text}`))
        expect(texts.utf8Reader(target)(at, at + written)).toBe(`\ufeff${text}`)
      }),
    )
  })
})

test('what is compressed on Node is read in browsers', () => {
  const page = new TextEncoder().encode('deltaquill '.repeat(500))
  for (const [codec, name] of codecs) {
    const stored = node.canCompress(codec) ? node.compressorOf(codec)?.(page) : undefined
    if (stored !== undefined) expect(web.decompressors[name]?.(stored, page.length), codec).toEqual(page)
  }
})

test('zstd is written where Node has it', () => {
  expect(node.canCompress('zstd')).toBe('zstdCompressSync' in zlib)
})

test('a higher level makes a smaller page', () => {
  const page = new TextEncoder().encode(Array.from({ length: 9000 }, (_, i) => `item ${i * 7919}`).join())
  const sizes = [1, 9].map((level) => node.compressorOf('gzip', level)?.(page).length ?? 0)
  expect(sizes[1]).toBeLessThan(sizes[0] ?? 0)
})
