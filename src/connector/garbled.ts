/** How far into a text it is looked: whole pages of HTML come as values, and one sign is enough. */
const LOOKED_AT = 4096

/** What Windows-1252 has for the bytes 0x80 to 0xbf; Latin-1 has U+0080 to U+00BF. */
const CONTINUATION = '\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ'

/**
 * What is left of UTF-8 that was taken for Windows-1252 or Latin-1 ("MÃ¼ller", "itâ€™s"), or of other bytes that were
 * taken for UTF-8 ("M\ufffdller"). Hardly any language writes such pairs.
 */
const SIGN = new RegExp(`\ufffd|[ÂÃ][${CONTINUATION}]|â[€\u0080]`)

/** Whether a text seems to have been decoded by the wrong character set, in its first 4096 UTF-16 units. */
export function isGarbled(text: string): boolean {
  return SIGN.test(text.length > LOOKED_AT ? text.slice(0, LOOKED_AT) : text)
}
