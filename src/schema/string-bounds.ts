/**
 * Delta's logs keep only the first code points of a long string bound (`delta.dataSkippingStringPrefixLength`, 32). A
 * cut text is a sound lower bound as it is; as an upper bound it needs a last character that nothing can follow. "Sound"
 * is meant in the order of UTF-8 bytes.
 */
const ASCII_MAX = '\u007f'
const UNICODE_MAX = '\u{10ffff}'

/** The first `length` code points: a lower bound of every string that `value` is one of. */
export function lowerStringBound(value: string, length: number): string {
  return prefix(value, length)
}

/**
 * At most `length` code points and one more that sorts after what was cut off. Where U+10FFFF itself was cut off, the
 * bound is extended, to twice the length; undefined when that does not help.
 */
export function upperStringBound(value: string, length: number): string | undefined {
  if (value.length <= length) return value
  const longest = prefix(value, 2 * length)
  let bound = prefix(value, length)
  while (bound.length < value.length) {
    const dropped = value.codePointAt(bound.length) ?? 0
    if (dropped < 0x7f) return bound + ASCII_MAX
    if (dropped < 0x10ffff) return bound + UNICODE_MAX
    if (bound.length >= longest.length) return undefined
    bound += UNICODE_MAX
  }
  return bound
}

function prefix(value: string, codePoints: number): string {
  if (value.length <= codePoints) return value
  let end = 0
  for (let i = 0; i < codePoints && end < value.length; i++) {
    end += (value.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  }
  return value.slice(0, end)
}
