/** How far into a text it is looked: whole pages of HTML come as values, and one sign is enough. */
const LOOKED_AT = 4096

/**
 * What is left of UTF-8 that was taken for Latin-1 or Windows-1252 ("MÃ¼ller", "itâ€™s"), or of other bytes that were
 * taken for UTF-8 ("M\ufffdller"). No language writes such pairs.
 */
const SIGN = /\ufffd|[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac/

/** Whether a text seems to have been decoded by the wrong character set, in its first 4096 UTF-16 units. */
export function isGarbled(text: string): boolean {
  return SIGN.test(text.length > LOOKED_AT ? text.slice(0, LOOKED_AT) : text)
}
