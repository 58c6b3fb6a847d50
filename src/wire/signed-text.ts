import { hmacSha256, timingSafeEqual } from '#hash'
import { decodeBase64url, encodeBase64url } from '../base64url.ts'

/** Bytes of the signature kept: 128 of HMAC's 256 bits, which RFC 2104 §5 allows, so that URLs stay short. */
const SIGNATURE_BYTES = 16

/**
 * A text that only a holder of the key can have made, in URL-safe characters without padding. `purpose` keeps texts for
 * one use from being believed in another. Signed, not secret: whoever has it can read it.
 */
export function formatSignedText(key: string, purpose: string, text: string): string {
  const content = utf8.encode(text)
  const bytes = new Uint8Array(SIGNATURE_BYTES + content.length)
  bytes.set(signature(key, purpose, content))
  bytes.set(content, SIGNATURE_BYTES)
  return encodeBase64url(bytes)
}

/** The text that one of the keys signed for this purpose, or `undefined`. */
export function parseSignedText(keys: readonly string[], purpose: string, signed: string): string | undefined {
  const bytes = decodeBase64url(signed)
  if (bytes === undefined || bytes.length < SIGNATURE_BYTES) return undefined
  const content = bytes.subarray(SIGNATURE_BYTES)
  const claimed = bytes.subarray(0, SIGNATURE_BYTES)
  const isTrue = keys.some((key) => timingSafeEqual(claimed, signature(key, purpose, content)))
  return isTrue ? new TextDecoder().decode(content) : undefined
}

function signature(key: string, purpose: string, content: Uint8Array): Uint8Array {
  const head = utf8.encode(`${purpose}\n`)
  const message = new Uint8Array(head.length + content.length)
  message.set(head)
  message.set(content, head.length)
  return hmacSha256(key, message).subarray(0, SIGNATURE_BYTES)
}

const utf8 = new TextEncoder()
