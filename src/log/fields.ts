import { DeltaError } from '../errors.ts'
import { formatJson, isJsonObject, type JsonObject, type JsonValue } from '../json.ts'

/**
 * Milliseconds since 1970 as logs have them. Foreign writers put seconds or nanoseconds there, so any whole number will do;
 * one beyond ±(2^53−1) says no more than "very late" or "very early", and becomes the last that is exact.
 */
export function timeOf(value: number | bigint): number {
  if (typeof value === 'number') return value
  return value < 0 ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER
}

/**
 * The fields of one JSON object of the log, read by name and type. `text` and its like need the field; `maybeText` and
 * its like take an absent field and null for `undefined`.
 * @throws {DeltaError} `invalid-data`, from every reader, naming the field, what was expected and what was found.
 */
export class Fields {
  readonly #name: string
  readonly #body: JsonObject

  /** @param name what the object is called, for messages: `add`. */
  constructor(name: string, body: JsonObject) {
    this.#name = name
    this.#body = body
  }

  text(key: string): string {
    return this.maybeText(key) ?? this.#missing(key)
  }

  maybeText(key: string): string | undefined {
    const value = this.#get(key)
    if (value === undefined || typeof value === 'string') return value
    return this.#wrong(key, 'a string', value)
  }

  flag(key: string): boolean {
    return this.maybeFlag(key) ?? this.#missing(key)
  }

  maybeFlag(key: string): boolean | undefined {
    const value = this.#get(key)
    if (value === undefined || typeof value === 'boolean') return value
    return this.#wrong(key, 'true or false', value)
  }

  /** A whole number from 0 to 2^53−1. */
  count(key: string): number {
    return this.maybeCount(key) ?? this.#missing(key)
  }

  maybeCount(key: string): number | undefined {
    const value = this.#get(key)
    if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)) return value
    return this.#wrong(key, 'a whole number from 0 to 2^53-1', value)
  }

  /** Milliseconds since 1970, as {@link timeOf} takes them. */
  time(key: string): number {
    return this.maybeTime(key) ?? this.#missing(key)
  }

  maybeTime(key: string): number | undefined {
    const value = this.maybeLong(key)
    return value === undefined ? undefined : timeOf(value)
  }

  /** A 64-bit integer, exactly: a `bigint` beyond ±(2^53−1). */
  long(key: string): number | bigint {
    return this.maybeLong(key) ?? this.#missing(key)
  }

  maybeLong(key: string): number | bigint | undefined {
    const value = this.#get(key)
    if (value === undefined || Number.isSafeInteger(value)) return value as number | undefined
    if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value
    return this.#wrong(key, 'a 64-bit integer', value)
  }

  names(key: string): readonly string[] {
    return this.maybeNames(key) ?? this.#missing(key)
  }

  maybeNames(key: string): readonly string[] | undefined {
    const value = this.#get(key)
    if (value === undefined) return undefined
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
    return this.#wrong(key, 'an array of strings', value)
  }

  /**
   * A map of strings. A boolean or a number is taken by its text, and null as not set: some writers put properties that way.
   */
  maybeTexts(key: string): Readonly<Record<string, string>> | undefined {
    const map = this.maybeObject(key)
    if (map === undefined) return undefined
    return mapValues(map, (value, name) => {
      if (value === null) return undefined
      if (typeof value === 'string') return value
      if (typeof value === 'boolean' || typeof value === 'number') return String(value)
      return this.#wrong(`${key}[${JSON.stringify(name)}]`, 'a string', value)
    })
  }

  /** A map of strings and nulls. */
  maybeNullableTexts(key: string): Readonly<Record<string, string | null>> | undefined {
    const map = this.maybeObject(key)
    if (map === undefined) return undefined
    return mapValues(map, (value, name) => {
      if (typeof value === 'string' || value === null) return value
      return this.#wrong(`${key}[${JSON.stringify(name)}]`, 'a string or null', value)
    })
  }

  nullableTexts(key: string): Readonly<Record<string, string | null>> {
    return this.maybeNullableTexts(key) ?? this.#missing(key)
  }

  maybeObject(key: string): JsonObject | undefined {
    const value = this.#get(key)
    if (value === undefined || isJsonObject(value)) return value
    return this.#wrong(key, 'an object', value)
  }

  #get(key: string): JsonValue | undefined {
    return (Object.hasOwn(this.#body, key) ? this.#body[key] : undefined) ?? undefined
  }

  #missing(key: string): never {
    throw new DeltaError('invalid-data', `${this.#name}.${key} is missing`)
  }

  #wrong(key: string, expected: string, found: JsonValue | undefined): never {
    const shown = formatJson(found).slice(0, 80)
    throw new DeltaError('invalid-data', `${this.#name}.${key}: expected ${expected}, found ${shown}`)
  }
}

/** Without what `read` leaves out. Keys are defined, not set: so one such as `__proto__` is only a key. */
function mapValues<T>(
  map: JsonObject,
  read: (value: JsonValue, name: string) => T | undefined,
): Readonly<Record<string, T>> {
  const result: Record<string, T> = {}
  for (const [name, json] of Object.entries(map)) {
    const value = read(json ?? null, name)
    if (value === undefined) continue
    Object.defineProperty(result, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return result
}
