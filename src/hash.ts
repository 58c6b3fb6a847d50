import { createHash, createHmac, hash, timingSafeEqual as nodeTimingSafeEqual, randomFillSync } from 'node:crypto'
import { crc32 as zlibCrc32 } from 'node:zlib'

/**
 * Digests, checksums and secret randomness, from Node. `hash-web.ts` is its twin for browsers; both are reached as `#hash`.
 * All take and give bytes; strings are hashed as UTF-8.
 */
export function sha256(data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hash('sha256', data, 'buffer'))
}

/** The same as text: for short data a third of the time in which the bytes are had, and those then written out. */
export function sha256Text(data: Uint8Array | string, form: 'hex' | 'base64url'): string {
  return hash('sha256', data, form)
}

export function md5(data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('md5').update(data).digest())
}

export function hmacSha256(key: Uint8Array | string, data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac('sha256', key).update(data).digest())
}

/** CRC-32 as gzip has it (RFC 1952 §8), from 0 to 2^32−1. */
export function crc32(data: Uint8Array): number {
  return zlibCrc32(data)
}

/** Unpredictable bytes, for tokens and keys. */
export function secretBytes(length: number): Uint8Array<ArrayBuffer> {
  return randomFillSync(new Uint8Array(length))
}

/** Compares in a time that does not depend on where the two differ. */
export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && nodeTimingSafeEqual(a, b)
}
