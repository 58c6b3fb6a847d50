/** Up to this length a loop over the characters is faster than a call out of JavaScript. */
const SHORT_TEXT = 24

/** Writes a short text of ASCII characters. @returns false where it is neither; bytes at `at` may be changed then. */
export function writeShortAscii(text: string, bytes: Uint8Array, at: number): boolean {
  const { length } = text
  if (length > SHORT_TEXT) return false
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) return false
    bytes[at + i] = unit
  }
  return true
}
