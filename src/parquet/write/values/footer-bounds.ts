import type { ByteBounds } from './byte-bounds.ts'
import type { FooterBound, FooterBounds } from './value-writer.ts'

/** Bytes of a bound in a footer; longer ones are shortened, so that one long value does not swell every footer. */
const LONGEST = 64

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/**
 * The bounds of text or binary as a footer states them (parquet-format "Statistics"): a long minimum is cut, a long
 * maximum is cut and its last character (or byte) raised, so that they still bound. A maximum that cannot be raised is
 * left out. Text is never cut inside a character.
 */
export function footerBounds({ min, max }: ByteBounds, kind: 'text' | 'binary'): FooterBounds {
  if (min === undefined || max === undefined) return {}
  const greatest = upperBound(max, kind)
  const least = lowerBound(min, kind)
  return greatest === undefined ? { min: least } : { min: least, max: greatest }
}

function lowerBound(min: Uint8Array, kind: 'text' | 'binary'): FooterBound {
  if (min.length <= LONGEST) return { bytes: min, exact: true }
  return { bytes: min.slice(0, kind === 'text' ? characterStart(min, LONGEST) : LONGEST), exact: false }
}

function upperBound(max: Uint8Array, kind: 'text' | 'binary'): FooterBound | undefined {
  if (max.length <= LONGEST) return { bytes: max, exact: true }
  const bytes = kind === 'text' ? raisedText(max) : raisedBinary(max)
  return bytes && { bytes, exact: false }
}

/** The start of the character that covers byte `at`. */
function characterStart(text: Uint8Array, at: number): number {
  let start = at
  while (start > 0 && ((text[start] ?? 0) & 0xc0) === 0x80) start--
  return start
}

function raisedBinary(max: Uint8Array): Uint8Array | undefined {
  const bytes = max.slice(0, LONGEST)
  for (let i = bytes.length - 1; i >= 0; i--) {
    const byte = bytes[i] ?? 0
    if (byte < 0xff) {
      bytes[i] = byte + 1
      return bytes.slice(0, i + 1)
    }
  }
  return undefined
}

/** A raised character may need more bytes than before (U+007F → U+0080), up to three in all. */
function raisedText(max: Uint8Array): Uint8Array | undefined {
  const characters = Array.from(decoder.decode(max.subarray(0, characterStart(max, LONGEST))))
  while (characters.length > 0) {
    const raised = raisedCharacter(characters.pop()?.codePointAt(0) ?? 0)
    if (raised !== undefined) return encoder.encode(characters.join('') + String.fromCodePoint(raised))
  }
  return undefined
}

/** The next code point that UTF-8 can write: none after U+10FFFF, and none among the surrogates. */
function raisedCharacter(codePoint: number): number | undefined {
  if (codePoint === 0x10ffff) return undefined
  return codePoint === 0xd7ff ? 0xe000 : codePoint + 1
}
