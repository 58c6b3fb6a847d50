import { DeltaError } from '../../errors.ts'
import type { JsonPiece } from '../../schema/index.ts'

/** A value that is longer is no row: it is refused before it fills the memory. */
const MAX_PIECE = 64 * 1024 * 1024

/**
 * Cuts a text that arrives in chunks into its JSON values: the elements of one array, or values that follow each other
 * as in JSON Lines. Only the places between values are checked here; each piece is still to be parsed.
 */
export class JsonPieces {
  readonly #name: string
  #layout: 'unknown' | 'array' | 'sequence' = 'unknown'
  /** What may come next between two values. */
  #expects: 'value' | 'value or end' | 'comma or end' | 'nothing' = 'value'
  #text = ''
  #at = 0
  #start = -1
  #depth = 0
  #inString = false
  #line = 1
  /** Index in the text at which the current line starts; negative when that was in an earlier chunk. */
  #lineStart = 0
  #startLine = 1
  #startCharacter = 1

  constructor(name: string) {
    this.#name = name
  }

  /** True once the text was seen to be one array. */
  get isArray(): boolean {
    return this.#layout === 'array'
  }

  /** Takes more text, gives the values that are complete. @throws {DeltaError} `invalid-data`. */
  push(chunk: string): JsonPiece[] {
    const kept = this.#start < 0 ? this.#at : this.#start
    if (this.#text.length - kept > MAX_PIECE) this.#refuse('rows of at most 64 MiB of text', 'a longer JSON value')
    this.#text = this.#text.slice(kept) + chunk
    this.#at -= kept
    this.#lineStart -= kept
    if (this.#start >= 0) this.#start = 0
    const pieces: JsonPiece[] = []
    while (this.#at < this.#text.length) {
      if (this.#inString) this.#skipString()
      else if (this.#start < 0) this.#between()
      else this.#within(pieces)
    }
    return pieces
  }

  /** The text has ended. @throws {DeltaError} `invalid-data` when it ended too early. */
  end(): JsonPiece[] {
    if (this.#start >= 0) {
      const pieces: JsonPiece[] = []
      this.#finish(pieces)
      // An unclosed value is left to the parser, which names what is missing.
      if (this.#layout === 'sequence' || this.#inString || this.#depth > 0) return pieces
    }
    if (this.#layout === 'array' && this.#expects !== 'nothing') this.#refuse('"," or "]"', 'the end of the text')
    return []
  }

  #between(): void {
    const character = this.#text[this.#at] ?? ''
    if (character === '\n') {
      this.#newline()
    } else if (character === ' ' || character === '\t' || character === '\r') {
      this.#at++
    } else if (this.#layout === 'unknown') {
      this.#layout = character === '[' ? 'array' : 'sequence'
      if (character !== '[') return
      this.#expects = 'value or end'
      this.#at++
    } else if (this.#layout === 'sequence' && character !== ',' && character !== ']' && character !== '}') {
      this.#begin()
    } else this.#betweenElements(character)
  }

  #betweenElements(character: string): void {
    if (this.#layout === 'array' && character === ']' && this.#expects.endsWith('end')) this.#expects = 'nothing'
    else if (character === ',' && this.#expects === 'comma or end') this.#expects = 'value'
    else if (!this.#expects.startsWith('value') || ',]}'.includes(character)) this.#refuseHere()
    else {
      this.#begin()
      return
    }
    this.#at++
  }

  #begin(): void {
    this.#start = this.#at
    this.#startLine = this.#line
    this.#startCharacter = this.#at - this.#lineStart + 1
    this.#depth = 0
  }

  #within(pieces: JsonPiece[]): void {
    const character = this.#text[this.#at] ?? ''
    if (this.#depth === 0 && ',]}\n'.includes(character)) {
      // The end of a number or a word: what follows it is looked at between values.
      this.#finish(pieces)
    } else if (character === '\n') {
      this.#newline()
    } else {
      this.#at++
      if (character === '"') this.#inString = true
      else if (character === '{' || character === '[') this.#depth++
      else if ((character === '}' || character === ']') && --this.#depth === 0) this.#finish(pieces)
    }
  }

  /** On to the closing quote, or to the end of what is here. */
  #skipString(): void {
    const quote = this.#text.indexOf('"', this.#at)
    if (quote < 0) {
      this.#at = this.#text.length
      return
    }
    let slashes = 0
    while (this.#text[quote - 1 - slashes] === '\\') slashes++
    this.#at = quote + 1
    this.#inString = slashes % 2 === 1
  }

  #newline(): void {
    this.#at++
    this.#line++
    this.#lineStart = this.#at
  }

  #finish(pieces: JsonPiece[]): void {
    const text = this.#text.slice(this.#start, this.#at)
    pieces.push({ text, line: this.#startLine, character: this.#startCharacter })
    this.#start = -1
    this.#expects = this.#layout === 'array' ? 'comma or end' : 'value'
  }

  #refuseHere(): never {
    const expected = {
      value: 'a value',
      'value or end': 'a value or "]"',
      'comma or end': '"," or "]"',
      nothing: 'nothing more',
    }
    this.#refuse(expected[this.#expects], JSON.stringify(this.#text.slice(this.#at, this.#at + 20)))
  }

  #refuse(expected: string, found: string): never {
    throw new DeltaError(
      'invalid-data',
      `${this.#name} is not valid JSON: line ${this.#line}, character ${this.#at - this.#lineStart + 1}: expected ${expected}, found ${found}`,
      { file: this.#name },
    )
  }
}
