const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#'

/** Whole words of four bytes as Z85 (ZeroMQ RFC 32). */
export function encodeZ85(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const words = Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(index * 4))
  const powers = [85 ** 4, 85 ** 3, 85 ** 2, 85, 1]
  return words.flatMap((word) => powers.map((power) => ALPHABET.charAt(Math.floor(word / power) % 85))).join('')
}
