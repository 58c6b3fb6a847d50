import fc from 'fast-check'
import { xxhash64 } from 'hyparquet/src/xxhash.js'
import { expect, test } from 'vitest'
import { xxHash64 } from '../../../src/parquet/write/xxhash64.ts'

function hashOf(bytes: Uint8Array, start = 0, end = bytes.length): bigint {
  const { high, low } = xxHash64(bytes, start, end)
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
}

// From the tests of github.com/cespare/xxhash.
test.each([
  ['', 0xef46db3751d8e999n],
  ['a', 0xd24ec4f1a98c6e5bn],
  ['as', 0x1c330fb2d66be179n],
  ['asd', 0x631c37ce72a97393n],
  ['asdf', 0x415872f599cea71en],
  ['Call me Ishmael. Some years ago--never mind how long precisely-', 0x02a2e85470d6fd96n],
])('the published hash of %j', (text, hash) => {
  expect(hashOf(new TextEncoder().encode(text))).toBe(hash)
})

test('bytes of any length, wherever they stand, hash as another implementation says', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(7), (bytes, start) => {
      const from = Math.min(start, bytes.length)
      expect(hashOf(bytes, from)).toBe(xxhash64(bytes.slice(from)))
    }),
  )
})
