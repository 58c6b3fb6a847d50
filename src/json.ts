import { DeltaError } from './errors.ts'

/**
 * JSON without loss. An integer beyond ±(2^53−1) parses to `bigint`; a number whose decimal text no double can hold
 * (a long decimal, an overflow) parses to {@link JsonNumber}; everything else parses as `JSON.parse` would.
 * Printing is the reverse: `bigint` and {@link JsonNumber} come out as bare number tokens.
 */
export type JsonValue = null | boolean | number | bigint | string | JsonNumber | JsonArray | JsonObject
export type JsonArray = readonly JsonValue[]
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined
}

/** A number kept as its text, digit for digit. */
export class JsonNumber {
  readonly text: string
  /** @throws {DeltaError} `invalid-argument` unless `text` is a JSON number. */
  constructor(text: string) {
    if (!NUMBER.test(text)) {
      throw new DeltaError('invalid-argument', `not a JSON number: ${JSON.stringify(text.slice(0, 80))}`)
    }
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const NUMBER_CHARACTERS = /[\d.eE+-]*/y
/** A string without escapes, nor the control characters that JSON wants escaped. */
const PLAIN_STRING = /"[ !#-[\]-\uffff]*"/y
const SPACE_CHARACTER = 32
const SPACE = /[ \t\n\r]*/y
/** How deep arrays and objects may nest: more is an attack, not data. */
const MAX_DEPTH = 500
/** Texts in which every number is certainly exact as a double: fewer than 16 digits in a row, no long exponent. */
const MAY_LOSE = /\d(?:\.?\d){15}|[\d.][eE][+-]?\d{3}/

/**
 * Parses a JSON text exactly.
 * @throws {DeltaError} `invalid-data` when the text is no JSON, naming the place. `what` names the text in the message.
 */
export function parseJson(text: string, what = 'JSON text'): JsonValue {
  // The engine's own parser is several times faster; it is exact unless a long number occurs.
  if (!MAY_LOSE.test(text) && !mayNestTooDeep(text)) {
    try {
      return JSON.parse(text) as JsonValue
    } catch {
      // Parsed again below, for an error that names the place.
    }
  }
  return new Parser(text, what).parse()
}

function mayNestTooDeep(text: string): boolean {
  let opened = 0
  for (let i = text.indexOf('['); i >= 0; i = text.indexOf('[', i + 1)) opened++
  for (let i = text.indexOf('{'); i >= 0; i = text.indexOf('{', i + 1)) opened++
  return opened > MAX_DEPTH && depthOf(text) > MAX_DEPTH
}

/** The deepest nesting of a text, strings left out. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++
    } else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth)
    else if (character === ']' || character === '}') depth--
  }
  return deepest
}

/** Prints a value as compact JSON. `undefined` members are left out; NaN and infinities are refused. */
export function formatJson(value: JsonValue | undefined): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) throw new DeltaError('invalid-argument', `${value} has no JSON number`)
      return Object.is(value, -0) ? '-0' : String(value)
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'undefined':
      return 'null'
    default:
      return value === null ? 'null' : formatComposite(value)
  }
}

function formatComposite(value: JsonArray | JsonObject | JsonNumber): string {
  if (value instanceof JsonNumber) return value.text
  if (isArray(value)) return `[${value.map((item) => formatJson(item)).join(',')}]`
  const members: string[] = []
  for (const key of Object.keys(value)) {
    const member = value[key]
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${formatJson(member)}`)
  }
  return `{${members.join(',')}}`
}

function isArray(value: JsonArray | JsonObject): value is JsonArray {
  return Array.isArray(value)
}

/** Integers of more digits stay text: reading one takes time that grows faster than its length. */
const MAX_BIGINT_DIGITS = 1000

/** An exact number token as the narrowest JavaScript value that loses nothing. */
function exactNumber(token: string): number | bigint | JsonNumber {
  const double = Number(token)
  if (/^-?\d+$/.test(token)) {
    if (Number.isSafeInteger(double)) return double
    return token.length > MAX_BIGINT_DIGITS ? new JsonNumber(token) : BigInt(token)
  }
  return Number.isFinite(double) && sameDecimal(token, String(double)) ? double : new JsonNumber(token)
}

function sameDecimal(a: string, b: string): boolean {
  return canonicalDecimal(a) === canonicalDecimal(b)
}

/** `digits e exponent` with no zero at either end, so that equal numbers have equal texts. */
function canonicalDecimal(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const negative = mantissa.startsWith('-')
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const digits = whole + fraction
  // No /0+$/ here: on a long run of zeros inside the digits it takes quadratic time.
  let end = digits.length
  while (end > 0 && digits[end - 1] === '0') end--
  const significant = digits.slice(0, end).replace(/^0+/, '')
  if (significant === '') return '0'
  return `${negative ? '-' : ''}${significant}e${Number(exponent) - fraction.length + digits.length - end}`
}

/** Like JSON.parse: "__proto__" becomes a key of its own, never a prototype. */
function setMember(object: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key !== '__proto__') object[key] = value
  else Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
}

/** Recursive descent over one text; used where `JSON.parse` would lose digits or could not say where it failed. */
class Parser {
  readonly #text: string
  readonly #what: string
  #at = 0
  #depth = 0

  constructor(text: string, what: string) {
    this.#text = text
    this.#what = what
  }

  parse(): JsonValue {
    const value = this.#value()
    this.#space()
    if (this.#at < this.#text.length) this.#fail('nothing more')
    return value
  }

  #value(): JsonValue {
    this.#space()
    switch (this.#text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object())
      case '[':
        return this.#nested(() => this.#array())
      case '"':
        return this.#string()
      case 't':
        return this.#word('true', true)
      case 'f':
        return this.#word('false', false)
      case 'n':
        return this.#word('null', null)
      default:
        return this.#number()
    }
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) this.#fail(`at most ${MAX_DEPTH} levels of nesting`)
    this.#at++
    const value = read()
    this.#depth--
    return value
  }

  #object(): JsonObject {
    const object: Record<string, JsonValue> = {}
    this.#space()
    if (this.#take('}')) return object
    do {
      this.#space()
      if (this.#text[this.#at] !== '"') this.#fail('a quoted key')
      const key = this.#string()
      this.#space()
      if (!this.#take(':')) this.#fail('":"')
      setMember(object, key, this.#value())
      this.#space()
    } while (this.#take(','))
    if (!this.#take('}')) this.#fail('"," or "}"')
    return object
  }

  #array(): JsonArray {
    const array: JsonValue[] = []
    this.#space()
    if (this.#take(']')) return array
    do {
      array.push(this.#value())
      this.#space()
    } while (this.#take(','))
    if (!this.#take(']')) this.#fail('"," or "]"')
    return array
  }

  #string(): string {
    const start = this.#at
    PLAIN_STRING.lastIndex = start
    if (PLAIN_STRING.test(this.#text)) {
      this.#at = PLAIN_STRING.lastIndex
      return this.#text.slice(start + 1, this.#at - 1)
    }
    let end = start + 1
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1
    try {
      const value: unknown = JSON.parse(this.#text.slice(start, end + 1))
      this.#at = end + 1
      return String(value)
    } catch {
      return this.#fail('a string that is closed and well escaped')
    }
  }

  #number(): JsonValue {
    NUMBER_CHARACTERS.lastIndex = this.#at
    const text = NUMBER_CHARACTERS.exec(this.#text)?.[0] ?? ''
    if (!NUMBER.test(text)) this.#fail('a value')
    this.#at += text.length
    return exactNumber(text)
  }

  #word<T extends JsonValue>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#fail('a value')
    this.#at += word.length
    return value
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #space(): void {
    if (this.#text.charCodeAt(this.#at) > SPACE_CHARACTER) return
    SPACE.lastIndex = this.#at
    SPACE.test(this.#text)
    this.#at = SPACE.lastIndex
  }

  #fail(expected: string): never {
    const before = this.#text.slice(0, this.#at).split('\n')
    const found =
      this.#at < this.#text.length ? JSON.stringify(this.#text.slice(this.#at, this.#at + 20)) : 'the end of the text'
    throw new DeltaError(
      'invalid-data',
      `${this.#what} is not valid JSON: line ${before.length}, character ${(before.at(-1)?.length ?? 0) + 1}: expected ${expected}, found ${found}`,
    )
  }
}
