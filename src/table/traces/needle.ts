import { DeltaError } from '../../errors.ts'
import { JsonNumber } from '../../json.ts'
import { encodePath, partitionDirectory } from '../../log/index.ts'
import { exactNumber } from './exact-number.ts'
import { findBytes } from './find-bytes.ts'
import { jsonIn } from './json-in.ts'

/** A value whose traces are sought: a text as it is, or any part of a text; a number in whatever form it is stored. */
export type Needle = string | number | bigint

/** A needle, made ready to be found. */
export interface Sought {
  /** The byte sequences by which a text shows itself where nothing is compressed; none for a number. */
  readonly forms: readonly Uint8Array[]
  /** Whether a value, or any part of one, is it or holds it. */
  isIn(value: unknown): boolean
  /** Whether a text that may be of any format holds it. */
  isInText(text: string): boolean
  /** Whether values of a physical type of Parquet's, one after the other, are it. */
  isAmong(bytes: Uint8Array<ArrayBuffer>, type: string): boolean
}

/** @throws {DeltaError} `invalid-argument` for an empty text, which is everywhere, and for what is no number. */
export function soughtFor(needle: Needle): Sought {
  if (typeof needle === 'string') {
    if (needle !== '') return soughtText(needle)
    throw new DeltaError('invalid-argument', 'an empty text has no traces: give the value that is to be found')
  }
  const exact = exactNumber(String(needle))
  if (exact !== undefined) return soughtNumber(needle, exact)
  throw new DeltaError('invalid-argument', 'a value to be found is neither a text nor a finite number')
}

function soughtText(needle: string): Sought {
  const spellings = spellingsOf(needle)
  const forms = spellings.map((spelling) => new TextEncoder().encode(spelling))
  const isInText = (text: string): boolean => spellings.some((spelling) => text.includes(spelling))
  const utf8 = new TextEncoder().encode(needle)
  return {
    forms,
    isInText,
    isIn: walker(
      (text) => isInText(text),
      (number) => number === needle,
      (bytes) => findBytes(bytes, utf8) >= 0,
    ),
    isAmong: (bytes) => forms.some((form) => findBytes(bytes, form) >= 0),
  }
}

/** The text itself, and as it is spelled within JSON, within JSON that stands in JSON, and in paths of the log. */
function spellingsOf(text: string): string[] {
  const inJson = escaped(text)
  const ascii = [...'aA'].map((letter) => asciiOnly(inJson, letter === 'A'))
  const hive = partitionDirectory('', text).slice(1)
  const paths = [encodePath(hive), encodePath(encodePath(text)), encodePath(text), encodeURIComponent(text), hive]
  return [...new Set([text, inJson, escaped(inJson), ...ascii, ...ascii.map(escaped), ...paths])]
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** As writers spell it that keep their JSON within ASCII. */
function asciiOnly(text: string, upper: boolean): string {
  return text.replace(/[^ -~]/g, (character) => {
    const hex = character.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${upper ? hex.toUpperCase() : hex}`
  })
}

/** A number in text that is no part of a word, a date or another number. */
const TOKEN = /(?<![\w.+-])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.-])/g

function soughtNumber(needle: number | bigint, exact: string): Sought {
  // As a column of 32-bit floats has it.
  const single = exactNumber(String(Math.fround(Number(needle))))
  const isIt = (text: string): boolean => {
    const found = exactNumber(text)
    return found !== undefined && (found === exact || found === single)
  }
  const isInText = (text: string): boolean => (text.match(TOKEN) ?? []).some(isIt)
  return {
    forms: [],
    isInText,
    isIn: walker(isIt, isIt, () => false),
    isAmong: (bytes, type) => plainNumbers(bytes, type).some((number) => isIt(String(number))),
  }
}

function plainNumbers(bytes: Uint8Array<ArrayBuffer>, type: string): (number | bigint)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const all = <T>(width: number, read: (at: number) => T): T[] =>
    Array.from({ length: Math.floor(bytes.length / width) }, (_, index) => read(index * width))
  switch (type) {
    case 'INT32':
      return all(4, (at) => view.getInt32(at, true))
    case 'INT64':
      return all(8, (at) => view.getBigInt64(at, true))
    case 'FLOAT':
      return all(4, (at) => view.getFloat32(at, true))
    case 'DOUBLE':
      return all(8, (at) => view.getFloat64(at, true))
    default:
      return []
  }
}

/** Looks at all parts of a value. A text that is JSON is looked into: statistics stand so in the log. */
function walker(
  inText: (text: string) => boolean,
  inNumber: (text: string) => boolean,
  inBytes: (bytes: Uint8Array) => boolean,
): (value: unknown) => boolean {
  const isIn = (value: unknown): boolean => {
    switch (typeof value) {
      case 'string':
        return inText(value) || isIn(jsonIn(value))
      case 'number':
      case 'bigint':
      case 'boolean':
        return inNumber(String(value))
      case 'object':
        if (value === null) return false
        if (value instanceof JsonNumber) return inNumber(value.text)
        if (value instanceof Uint8Array) return inBytes(value)
        if (value instanceof Map) return [...value].some(isIn)
        if (Array.isArray(value)) return value.some(isIn)
        return Object.entries(value).some(isIn)
      default:
        return false
    }
  }
  return isIn
}
