import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { decompressZstd } from '../../../src/parquet/codec/zstd.ts'
import { compressorOf } from '../../../src/parquet/codecs.ts'
import { decompress } from '../../../src/parquet/read/decompress.ts'

const bomb = new Uint8Array(5_000_000)
/** A Zstandard frame without content size: `blocks` blocks, each 128 KiB of zeros in four bytes. */
function zstdBomb(blocks: number): Uint8Array<ArrayBuffer> {
  const header = (last: boolean): number[] => {
    const bits = (131_072 << 3) | (1 << 1) | (last ? 1 : 0)
    return [bits & 0xff, (bits >> 8) & 0xff, bits >> 16]
  }
  const frame = [0x28, 0xb5, 0x2f, 0xfd, 0, (17 - 10) << 3]
  for (let i = 0; i < blocks; i++) frame.push(...header(i === blocks - 1), 0)
  return Uint8Array.from(frame)
}

const stored = {
  SNAPPY: Uint8Array.from(compressorOf('snappy')?.(bomb) ?? []),
  GZIP: Uint8Array.from(gzipSync(bomb)),
  BROTLI: Uint8Array.from(brotliCompressSync(bomb)),
  ZSTD: zstdBomb(40),
} as const

describe.each(Object.keys(stored) as (keyof typeof stored)[])('a page in %s', (codec) => {
  const size = codec === 'ZSTD' ? 40 * 131_072 : bomb.length

  test('is decompressed when it has the size that it claims', () => {
    expect(decompress(stored[codec], size, codec)).toHaveLength(size)
  })

  test('that makes more than it claims is refused', () => {
    expect(() => decompress(stored[codec], 1000, codec)).toThrow()
  })

  test('that makes less than it claims is refused', () => {
    expect(() => decompress(stored[codec], size + 1, codec)).toThrow()
  })

  test('that claims more than memory is refused before it is tried', () => {
    expect(() => decompress(stored[codec], 2 ** 31 - 1, codec)).toThrow('a page claims 2147483647 bytes')
  })
})

test.each(['SNAPPY', 'GZIP', 'LZ4_RAW', 'LZ4', 'ZSTD'] as const)(
  'a page in %s that claims more than the format can give is refused before it is tried',
  (codec) => {
    expect(() => decompress(new Uint8Array(20), 2 ** 20, codec)).toThrow(
      /a page of 20 bytes in .* claims 1048576 bytes/,
    )
  },
)

test('a codec that nobody can read is refused by name', () => {
  expect(() => decompress(new Uint8Array(20), 20, 'LZO')).toThrow(
    expect.objectContaining({ code: 'unsupported', message: 'the codec LZO is not supported' }),
  )
})

describe('Zstandard without the help of the platform', () => {
  test('stops at the block that makes too much', () => {
    expect(() => decompressZstd(zstdBomb(100_000), 200_000)).toThrow('a page of 200000 bytes was decompressed to more')
  })

  test('refuses a window that no writer asks for', () => {
    const frame = zstdBomb(1)
    frame[5] = 20 << 3
    expect(() => decompressZstd(frame, 131_072)).toThrow('window beyond 128 MiB')
    const single = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0x7f)
    expect(() => decompressZstd(single, 131_072)).toThrow('window beyond 128 MiB')
  })

  test('refuses bytes that end early', () => {
    expect(() => decompressZstd(zstdBomb(3).subarray(0, 12), 3 * 131_072)).toThrow()
  })
})
