import { compressors } from 'hyparquet-compressors'
import { describe, expect, test } from 'vitest'
import { decompressLz4, lz4Compressor } from '../../../src/parquet/codec/lz4.ts'

const compress = lz4Compressor()

const samples = {
  nothing: new Uint8Array(0),
  'a byte': Uint8Array.of(7),
  'one byte over and over': new Uint8Array(100_000).fill(7),
  'a repetition 64 KiB away': Uint8Array.from({ length: 200_000 }, (_, i) => ((i % 65_535) * 31) ^ (i >> 9)),
  'a repetition beyond the reach of a match': Uint8Array.from(
    { length: 200_000 },
    (_, i) => Math.imul(i % 70_000, 7919) >> 7,
  ),
  noise: Uint8Array.from({ length: 100_000 }, (_, i) => Math.imul(i ^ (i << 7), 0x9e3779b1) >>> 24),
}

describe.each(Object.entries(samples))('%s', (_, page) => {
  test('comes back', () => {
    expect(Buffer.compare(decompressLz4(compress(page), page.length), page)).toBe(0)
  })

  test('takes no more room than the format promises', () => {
    expect(compress(page).length).toBeLessThanOrEqual(page.length + Math.floor(page.length / 255) + 16)
  })
})

test('blocks are read by another decoder', () => {
  // It stumbles over an empty block.
  const { nothing, ...others } = samples
  for (const [what, page] of Object.entries(others)) {
    const read = compressors.LZ4_RAW?.(compress(page), page.length) ?? nothing
    expect(Buffer.compare(read, page), what).toBe(0)
  }
})

test('repetition makes a page small', () => {
  expect(compress(samples['one byte over and over']).length).toBeLessThan(420)
})

describe('a damaged block is refused', () => {
  const page = new TextEncoder().encode('deltaquill '.repeat(50))
  const block = compress(page)

  test.each([
    ['that ends early', block.subarray(0, -3), page.length],
    ['that makes more than its page claims', block, page.length - 1],
    ['that makes less than its page claims', block, page.length + 1],
    ['with literals beyond its end', Uint8Array.of(0xf0, 200, 1, 2), 300],
    ['with a match before its start', Uint8Array.of(0x10, 65, 9, 0, 0x00), 6],
    ['with a match at distance 0', Uint8Array.of(0x10, 65, 0, 0, 0x00), 6],
  ])('%s', (_, damaged, size) => {
    expect(() => decompressLz4(damaged, size)).toThrow(RangeError)
  })
})
