import { hmac } from '@noble/hashes/hmac.js'
import { md5 as nobleMd5 } from '@noble/hashes/legacy.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { encodeBase64url } from './base64url.ts'
import { hex } from './hex.ts'

/** The twin of `hash.ts` where there is no `node:crypto`. Synchronous like it, hence not WebCrypto. */
const utf8 = new TextEncoder()

export function sha256(data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(nobleSha256(bytesOf(data)))
}

export function sha256Text(data: Uint8Array | string, form: 'hex' | 'base64url'): string {
  const digest = nobleSha256(bytesOf(data))
  return form === 'hex' ? hex(digest) : encodeBase64url(digest)
}

export function md5(data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(nobleMd5(bytesOf(data)))
}

export function hmacSha256(key: Uint8Array | string, data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hmac(nobleSha256, bytesOf(key), bytesOf(data)))
}

export function crc32(data: Uint8Array): number {
  let crc = -1
  for (let i = 0; i < data.length; i++) crc = (REMAINDERS[(crc ^ (data[i] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8)
  return ~crc >>> 0
}

/** Of all bytes, divided by the polynomial of CRC-32. */
const REMAINDERS = Int32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1
  return remainder
})

export function secretBytes(length: number): Uint8Array<ArrayBuffer> {
  return globalThis.crypto.getRandomValues(new Uint8Array(length))
}

export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}

function bytesOf(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? utf8.encode(data) : data
}
