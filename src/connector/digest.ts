import { sha256 } from '#hash'
import { hex } from '../hex.ts'

/** The SHA-256 of a text's UTF-8, in 64 lower-case hexadecimal digits. */
export function sha256Hex(text: string): string {
  return hex(sha256(text))
}
