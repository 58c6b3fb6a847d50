import { sha256 } from '#hash'

/** The SHA-256 of a text's UTF-8, in 64 lower-case hexadecimal digits. */
export function sha256Hex(text: string): string {
  return Array.from(sha256(text), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
