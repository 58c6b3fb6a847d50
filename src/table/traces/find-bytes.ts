/** Where `wanted` stands in `bytes` first, from a place on; −1 if nowhere. */
export function findBytes(bytes: Uint8Array, wanted: Uint8Array, from = 0): number {
  const [first] = wanted
  if (first === undefined) return -1
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (at + wanted.length > bytes.length) return -1
    if (isAt(bytes, wanted, at)) return at
  }
  return -1
}

function isAt(bytes: Uint8Array, wanted: Uint8Array, at: number): boolean {
  for (let i = 1; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false
  return true
}
