import { sha256Text } from '#hash'

/** The SHA-256 of a text's UTF-8, in 64 lower-case hexadecimal digits. */
export function sha256Hex(text: string): string {
  return sha256Text(text, 'hex')
}
