import { secretBytes, sha256Text } from '#hash'
import { encodeBase64url } from '../base64url.ts'

/** Characters of a secret: 32 bytes, 256 bits, in base64url without padding. */
export const SECRET_LENGTH = 43

/** A fresh, unpredictable secret of 256 bits as {@link SECRET_LENGTH} URL-safe characters. */
export function createSecret(): string {
  return encodeBase64url(secretBytes(32))
}

/**
 * What is stored of a secret: its SHA-256 in hexadecimal. A fast hash is right here, because 256 random bits cannot be
 * guessed however fast they are tried.
 */
export function hashSecret(secret: string): string {
  return sha256Text(secret, 'hex')
}

/** Compares two hashes in a time that does not depend on where they differ. */
export function sameHash(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i)
  return difference === 0
}
