import { DeltaError, isDeltaError } from '../errors.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../json.ts'

/** Parsers of option values. Each throws `invalid-argument`; the option's name is put before the message. */

export function text(value: string): string {
  if (value === '') throw expected('some text', value)
  return value
}

/** A whole number from 0, such as a version or a count. */
export function wholeNumber(value: string): number {
  const number = Number(value)
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number)) throw expected('a whole number from 0', value)
  return number
}

/** A number above 0, such as a rate. */
export function positiveNumber(value: string): number {
  const number = Number(value)
  if (!/^\d+(?:\.\d+)?$/.test(value) || number <= 0) throw expected('a number above 0', value)
  return number
}

export function port(value: string): number {
  const number = Number(value)
  if (!/^\d{1,5}$/.test(value) || number > 65_535) throw expected('a port from 0 (any free one) to 65535', value)
  return number
}

/** A size in MiB, in bytes. */
export function megabytes(value: string): number {
  return Math.ceil(positiveNumber(value) * 1024 * 1024)
}

/** Versions of a table separated by commas. */
export function versions(value: string): readonly number[] {
  return names(value).map(wholeNumber)
}

/** Names separated by commas. */
export function names(value: string): readonly string[] {
  const list = value.split(',').map((name) => name.trim())
  if (list.includes('')) throw expected('names separated by commas', value)
  return list
}

export function jsonObject(value: string): JsonObject {
  const parsed = parsedOrUndefined(value)
  if (!isJsonObject(parsed)) throw expected('a JSON object such as {"country": "DE"}', value)
  return parsed
}

function parsedOrUndefined(value: string): JsonValue | undefined {
  try {
    return parseJson(value)
  } catch (error) {
    if (isDeltaError(error, 'invalid-data')) return undefined
    throw error
  }
}

/** `KEY=VALUE`; the value may hold further `=`. */
export function property(value: string): readonly [key: string, value: string] {
  const at = value.indexOf('=')
  if (at < 1) throw expected('KEY=VALUE', value)
  return [value.slice(0, at), value.slice(at + 1)]
}

export function oneOf<const T extends string>(...choices: readonly T[]): (value: string) => T {
  return (value) => {
    const choice = choices.find((candidate) => candidate === value)
    if (choice === undefined) throw expected(`one of ${choices.join(', ')}`, value)
    return choice
  }
}

const MILLISECONDS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `90d`, `24h`, `15m`, `5s` or `0`, in milliseconds. */
export function duration(value: string): number {
  if (value === '0') return 0
  const [, count = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(value) ?? []
  const milliseconds = MILLISECONDS[unit]
  if (milliseconds === undefined) throw expected('a time such as 90d, 24h, 15m or 5s', value)
  return Number(count) * milliseconds
}

/** On or off, in any of the ways in which it stands in environment variables. */
export function onOrOff(value: string): boolean {
  const word = value.toLowerCase()
  if (['1', 'true', 'yes'].includes(word)) return true
  if (['0', 'false', 'no'].includes(word)) return false
  throw expected('true or false', value)
}

/** `none`, which is null: nothing in the place of what there was; else what `parse` takes. */
export function orNone<T>(parse: (value: string) => T): (value: string) => T | null {
  return (value) => (value === 'none' ? null : parse(value))
}

/** The version of a table, or `latest`. */
export function versionOrLatest(value: string): number | 'latest' {
  return value === 'latest' ? value : wholeNumber(value)
}

const INSTANT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/

/** A moment in ISO form with its zone, or a date (its midnight, UTC); milliseconds since 1970. */
export function instant(value: string): number {
  const milliseconds = INSTANT.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(milliseconds)) throw expected('a time such as 2026-01-02T03:04:05Z', value)
  return milliseconds
}

function expected(what: string, found: string): DeltaError {
  const shown = found === '' ? 'nothing' : JSON.stringify(found.length > 80 ? `${found.slice(0, 80)}…` : found)
  return new DeltaError('invalid-argument', `expected ${what}, found ${shown}`)
}
