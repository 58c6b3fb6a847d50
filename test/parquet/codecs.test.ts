import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as node from '../../src/parquet/codecs.ts'
import * as web from '../../src/parquet/codecs-web.ts'

describe.each([
  ['Node', node],
  ['browsers', web],
])('codecs for %s', (_, codecs) => {
  test('snappy brings back what it compressed', () => {
    const compress = codecs.compressorOf('snappy')
    const decompress = codecs.decompressors.SNAPPY
    if (compress === undefined || decompress === undefined) throw new Error('no snappy')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        const repeated = Uint8Array.from([...bytes, ...bytes, ...bytes])
        expect(decompress(compress(repeated), repeated.length)).toEqual(repeated)
      }),
    )
  })

  test('none leaves pages alone', () => {
    expect(codecs.compressorOf('none')).toBeUndefined()
  })

  test('gzip is read', () => {
    const bytes = new TextEncoder().encode('deltaquill '.repeat(100))
    const page = codecs.decompressors.GZIP?.(gzipSync(bytes), bytes.length)
    expect(page && [...page]).toEqual([...bytes])
  })

  test('text is written and read at its place, a byte order mark included', () => {
    const target = new Uint8Array(1000)
    const write = codecs.utf8Writer(target)
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), fc.nat(50), (text, at) => {
        const written = write(`\ufeff${text}`, at)
        expect(target.slice(at, at + written)).toEqual(new TextEncoder().encode(`\ufeff${text}`))
        expect(codecs.utf8Reader(target)(at, at + written)).toBe(`\ufeff${text}`)
      }),
    )
  })
})
