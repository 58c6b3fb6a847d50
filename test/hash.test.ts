import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as node from '../src/hash.ts'
import * as web from '../src/hash-web.ts'

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

describe.each([
  ['from Node', node],
  ['for browsers', web],
])('digests %s', (_, hash) => {
  test('give the published vectors', () => {
    // RFC 6234 §8.5, RFC 1321 §A.5, RFC 4231 §4.3.
    expect(hex(hash.sha256('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect(hex(hash.md5('message digest'))).toBe('f96b697d7cb7938d525a2f31aaf161d0')
    expect(hex(hash.hmacSha256('Jefe', 'what do ya want for nothing?'))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
  })

  test('are had as text, too', () => {
    const data = 'abc'
    expect(hash.sha256Text(data, 'hex')).toBe(hex(hash.sha256(data)))
    const base64 = Buffer.from(hash.sha256(data)).toString('base64url')
    expect(hash.sha256Text(new TextEncoder().encode(data), 'base64url')).toBe(base64)
  })

  test('sum up bytes as everybody does', () => {
    expect(hash.crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
    expect(hash.crc32(new Uint8Array())).toBe(0)
  })

  test('take text as UTF-8', () => {
    expect(hex(hash.sha256('ä€😀'))).toBe(hex(hash.sha256(new TextEncoder().encode('ä€😀'))))
  })

  test('secrets have the length asked for, and differ', () => {
    expect(hash.secretBytes(0)).toHaveLength(0)
    expect(hash.secretBytes(32)).toHaveLength(32)
    expect(hex(hash.secretBytes(32))).not.toBe(hex(hash.secretBytes(32)))
  })

  test('secrets are compared by length and bytes', () => {
    const secret = Uint8Array.of(1, 2, 3)
    expect(hash.timingSafeEqual(secret, Uint8Array.of(1, 2, 3))).toBe(true)
    expect(hash.timingSafeEqual(secret, Uint8Array.of(1, 2, 4))).toBe(false)
    expect(hash.timingSafeEqual(secret, Uint8Array.of(1, 2))).toBe(false)
    expect(hash.timingSafeEqual(new Uint8Array(), new Uint8Array())).toBe(true)
  })
})

test('both twins agree on every input', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'binary' }), (bytes, text) => {
      expect(hex(web.sha256(bytes))).toBe(hex(node.sha256(bytes)))
      expect(web.crc32(bytes)).toBe(node.crc32(bytes))
      expect(hex(web.md5(bytes))).toBe(hex(node.md5(bytes)))
      expect(hex(web.hmacSha256(bytes, text))).toBe(hex(node.hmacSha256(bytes, text)))
      expect(hex(web.hmacSha256(text, bytes))).toBe(hex(node.hmacSha256(text, bytes)))
    }),
  )
})
