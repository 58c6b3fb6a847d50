/** Counts keys that came before. */
export interface RepeatedKeys {
  /** @param digest a SHA-256 in hexadecimal digits. */
  add(digest: string): void
  /** How many of the keys so far had come before. */
  count(): number
}

const FIRST_CAPACITY = 1024

/**
 * Tells keys apart by the first 64 bits of their digest, eight bytes each, sorted once at the end. So two different keys
 * are taken for the same with a chance of n² / 2^65: less than one in a million for five million rows.
 */
export function repeatedKeys(): RepeatedKeys {
  let words = new Uint32Array(2 * FIRST_CAPACITY)
  let length = 0
  return {
    add(digest) {
      if (length === words.length) {
        const more = new Uint32Array(2 * words.length)
        more.set(words)
        words = more
      }
      words[length++] = Number.parseInt(digest.slice(0, 8), 16)
      words[length++] = Number.parseInt(digest.slice(8, 16), 16)
    },
    count() {
      // As 64-bit numbers they are sorted in place, and which half counts more does not matter: equal ones end up side by side.
      new BigUint64Array(words.buffer, 0, length / 2).sort()
      let repeated = 0
      for (let i = 2; i < length; i += 2) {
        if (words[i] === words[i - 2] && words[i + 1] === words[i - 1]) repeated++
      }
      return repeated
    },
  }
}
