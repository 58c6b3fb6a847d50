/**
 * Z85, four bytes as five printable characters (ZeroMQ RFC 32): how the log spells UUIDs and inline deletion vectors.
 */
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#'

const VALUES: ReadonlyMap<string, number> = new Map(Array.from(ALPHABET, (character, value) => [character, value]))

/** The bytes that a text spells. @throws {RangeError} for a text that is no Z85. */
export function decodeZ85(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 5 !== 0) throw new RangeError(`Z85 comes in fives, and this has ${text.length} characters`)
  const bytes = new Uint8Array((text.length / 5) * 4)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < text.length; i += 5) {
    let word = 0
    for (let j = i; j < i + 5; j++) word = word * 85 + charValue(text.charAt(j))
    if (word > 0xffffffff) throw new RangeError(`${JSON.stringify(text.slice(i, i + 5))} is more than 32 bits in Z85`)
    view.setUint32((i / 5) * 4, word)
  }
  return bytes
}

function charValue(character: string): number {
  const value = VALUES.get(character)
  if (value === undefined) throw new RangeError(`${JSON.stringify(character)} is no character of Z85`)
  return value
}
