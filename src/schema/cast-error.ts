import { JsonNumber } from '../json.ts'
import { quoteName } from './column-path.ts'

/**
 * A value that does not fit its column. Whoever knows the row and the column turns it into a `DeltaError`; it never
 * leaves the library as it is.
 */
export class CastError extends Error {
  override readonly name = 'CastError'
  /** What the column takes, as a noun phrase: "an integer between −128 and 127". */
  readonly expected: string
  /** The value, shortened, as a noun phrase. */
  readonly found: string
  /** Where below the column, as in `.b[3]{"key"}`; empty for the value of the column itself. */
  readonly path: string

  constructor(expected: string, found: string, path = '') {
    super(`expected ${expected}, found ${found}`)
    this.expected = expected
    this.found = found
    this.path = path
  }
}

/** An error of a part as an error of the whole: a {@link CastError} learns the step that leads down to the part. */
export function within(step: string, error: unknown): unknown {
  return error instanceof CastError ? new CastError(error.expected, error.found, step + error.path) : error
}

export function fieldStep(name: string): string {
  return `.${quoteName(name)}`
}

/** The step to an entry of a map, by its key as the row has it. */
export function entryStep(key: unknown): string {
  return `{${typeof key === 'string' ? JSON.stringify(shorten(key)) : describeKey(key)}}`
}

function describeKey(key: unknown): string {
  return typeof key === 'number' || typeof key === 'bigint' ? String(key) : describeValue(key)
}

/** How much of a value a message shows. */
const MAX_SHOWN = 40

/** A value as a message shows it: short, on one line, and what kind of thing it is. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `the text ${JSON.stringify(shorten(value))}`
    case 'number':
    case 'bigint':
      return `the number ${shorten(Object.is(value, -0) ? '-0' : String(value))}`
    case 'boolean':
    case 'undefined':
      return String(value)
    case 'object':
      return value === null ? 'null' : describeObject(value)
    default:
      return `a ${typeof value}`
  }
}

function describeObject(value: object): string {
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? 'an invalid Date' : `the Date ${value.toISOString()}`
  }
  if (value instanceof JsonNumber) return `the number ${shorten(value.text)}`
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (value instanceof Map) return `a Map of ${value.size}`
  // A key of a row may be called so, too, and objects without a prototype have none.
  const { constructor: of } = value
  return typeof of === 'function' && of !== Object && of.name ? `an instance of ${of.name}` : 'an object'
}

function shorten(text: string): string {
  if (text.length <= MAX_SHOWN) return text
  return `${Array.from(text.slice(0, MAX_SHOWN)).slice(0, -1).join('')}…`
}
