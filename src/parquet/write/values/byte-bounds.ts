/**
 * The smallest and the greatest of byte sequences, compared as unsigned bytes: the order of UTF-8 text and of binary
 * in Parquet. Looking at the bytes that a column stores, not at JavaScript strings, makes the order right beyond the
 * Basic Multilingual Plane and costs no second visit to the string.
 */
export class ByteBounds {
  min: Uint8Array<ArrayBuffer> | undefined
  max: Uint8Array<ArrayBuffer> | undefined
  /** Bytes that min and max begin with alike; values between them begin so too. */
  #shared = 0

  /** Considers the value `bytes[start, end)`, which is copied if it is a new bound. */
  include(bytes: Uint8Array<ArrayBuffer>, start: number, end: number): void {
    const { min, max } = this
    if (min === undefined || max === undefined) {
      this.#set(bytes.slice(start, end), undefined)
      return
    }
    const length = end - start
    const shared = Math.min(this.#shared, length)
    let same = 0
    while (same < shared && bytes[start + same] === min[same]) same++
    if (isLess(bytes, start, length, min, 0, min.length, same)) {
      this.#set(bytes.slice(start, end), max)
    } else if (isLess(max, 0, max.length, bytes, start, length, same)) {
      this.#set(min, bytes.slice(start, end))
    }
  }

  /** Considers what `other` has seen. */
  includeBounds({ min, max }: ByteBounds): void {
    if (min === undefined || max === undefined) return
    this.include(min, 0, min.length)
    this.include(max, 0, max.length)
  }

  #set(min: Uint8Array<ArrayBuffer>, max: Uint8Array<ArrayBuffer> | undefined): void {
    this.min = min
    this.max = max ?? min
    const longest = Math.min(this.min.length, this.max.length)
    let shared = 0
    while (shared < longest && this.min[shared] === this.max[shared]) shared++
    this.#shared = shared
  }
}

/** Whether value a is less than value b, both known to be alike in the first `same` bytes. */
function isLess(
  a: Uint8Array,
  aStart: number,
  aLength: number,
  b: Uint8Array,
  bStart: number,
  bLength: number,
  same: number,
): boolean {
  const shorter = Math.min(aLength, bLength)
  for (let i = same; i < shorter; i++) {
    const left = a[aStart + i] ?? 0
    const right = b[bStart + i] ?? 0
    if (left !== right) return left < right
  }
  return aLength < bLength
}

/** The order of two byte sequences, compared as unsigned bytes. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
