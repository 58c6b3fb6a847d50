import { DeltaError } from '../errors.ts'

/** The longest key that S3 takes, in UTF-8 bytes, the store's own prefix included. */
const MAX_KEY_BYTES = 1024

const utf8 = new TextEncoder()
const HALF_PAIR = /\p{Surrogate}/u
/** Control characters and the two non-characters: a listing is XML, which cannot carry them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters looked for.
const UNSPEAKABLE = /[\u0000-\u001f\u007f\ufffe\uffff]/

/**
 * Lets through what every store can hold under exactly this name.
 * @throws {DeltaError} `invalid-argument`, naming the rule that is broken.
 */
export function checkKey(key: string): void {
  const fault = faultOfKey(key)
  if (fault !== undefined) {
    throw new DeltaError('invalid-argument', `${JSON.stringify(key)} cannot be the key of an object: ${fault}`)
  }
}

/** True for a key that {@link checkKey} lets through; a listing leaves out what other programs stored under others. */
export function isKey(key: string): boolean {
  return faultOfKey(key) === undefined
}

/**
 * Lets through a prefix to list by: whole segments as in a key, the last one begun or empty.
 * @throws {DeltaError} `invalid-argument`
 */
export function checkListPrefix(prefix: string): void {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  const fault = folder === '' ? undefined : faultOfKey(folder.slice(0, -1))
  if (fault !== undefined) {
    throw new DeltaError('invalid-argument', `${JSON.stringify(prefix)} cannot be a prefix of keys: ${fault}`)
  }
}

function faultOfKey(key: string): string | undefined {
  if (key === '') return 'it is empty'
  if (HALF_PAIR.test(key)) return 'it holds half of a surrogate pair, which has no UTF-8 form'
  if (UNSPEAKABLE.test(key)) return 'it holds a control character'
  if (key.length * 3 > MAX_KEY_BYTES && utf8.encode(key).length > MAX_KEY_BYTES) {
    return `it is longer than ${MAX_KEY_BYTES} bytes in UTF-8`
  }
  for (const segment of key.split('/')) {
    if (segment === '') return 'it has an empty segment: no "/" at the start or end, no "//"'
    if (segment === '.' || segment === '..') return `it has the segment "${segment}"`
  }
  return undefined
}

/**
 * Compares in the order of their UTF-8 bytes, which is the order of code points. UTF-16, the order of `<`, differs:
 * there U+10000 and above (surrogates D800–DFFF) stand before U+E000–U+FFFF.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1
  }
  return a.length - b.length
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}
