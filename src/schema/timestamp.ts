import { digitsAt, formatDate, parseDate, parseDatePrefix, twoDigits } from './calendar.ts'
import { narrowInteger } from './integer.ts'

/** Microseconds since 1970: `number` within ±(2^53−1), else `bigint`. */
export type Micros = number | bigint

/** 0001-01-01T00:00:00Z, and the first instant after 9999-12-31. Both are exact as doubles. */
const MIN_MICROS = -62_135_596_800_000_000
const END_MICROS = 253_402_300_800_000_000

/** Whether the instant lies in the years 0001–9999, the range that all peers read. */
export function isCommonEra(micros: Micros): boolean {
  return micros >= MIN_MICROS && micros < END_MICROS
}

/** Milliseconds, as a `Date` holds them, in microseconds; exact. */
export function microsFromMillis(milliseconds: number): Micros {
  const micros = milliseconds * 1000
  return Number.isSafeInteger(micros) ? micros : BigInt(milliseconds) * 1000n
}

/** Whole milliseconds, rounded down also before 1970. */
export function floorToMillis(micros: Micros): number {
  if (typeof micros === 'number') return (micros - positiveRemainder(micros, 1000)) / 1000
  const remainder = ((micros % 1000n) + 1000n) % 1000n
  return Number((micros - remainder) / 1000n)
}

/**
 * Microseconds of an ISO 8601 text: `yyyy-mm-dd`, `T` or a space, `hh:mm[:ss[.f…]]`, years 0001–9999. With zone
 * `'required'` a `Z` or an offset (`+02:00`, `+0200`, `+02`) must follow, with `'none'` it must not, with `'utc'` a text
 * without one is taken as UTC. Undefined when the text is anything else, no instant of the calendar, or finer than a
 * microsecond: nothing is rounded.
 */
export function parseTimestamp(text: string, zone: 'required' | 'none' | 'utc'): Micros | undefined {
  const days = parseDatePrefix(text)
  const separator = text.charCodeAt(10)
  if (days === undefined || (separator !== LETTER_T && separator !== SPACE)) return undefined
  const hour = digitsAt(text, 11, 2)
  const minute = digitsAt(text, 14, 2)
  if (text.charCodeAt(13) !== COLON || !(hour <= 23 && minute <= 59)) return undefined
  let at = 16
  let second = 0
  let fraction = 0
  if (text.charCodeAt(at) === COLON) {
    second = digitsAt(text, at + 1, 2)
    if (!(second <= 59)) return undefined
    at += 3
    if (text.charCodeAt(at) === DOT) {
      const end = endOfDigits(text, at + 1)
      fraction = fractionMicros(text, at + 1, end)
      if (!(fraction >= 0)) return undefined
      at = end
    }
  }
  const offset = offsetSeconds(text, at, zone)
  if (offset === undefined) return undefined
  const micros = joinMicros(days * 86_400 + hour * 3600 + minute * 60 + second - offset, fraction)
  return isCommonEra(micros) ? micros : undefined
}

/** As {@link parseTimestamp}; also a day alone, as midnight: so logs have it from when the column's type was date. */
export function parseTimestampNtz(text: string, zone: 'none' | 'utc'): Micros | undefined {
  const days = parseDate(text)
  return days === undefined ? parseTimestamp(text, zone) : joinMicros(days * 86_400, 0)
}

/** `2026-01-02T03:04:05.123456` and then `suffix`: always six digits of fraction (or `digits`, cut, not rounded). */
export function formatTimestamp(micros: Micros, suffix: 'Z' | '', digits: 3 | 6 = 6): string {
  const { seconds, fraction } = splitMicros(micros)
  const secondOfDay = positiveRemainder(seconds, 86_400)
  const date = formatDate((seconds - secondOfDay) / 86_400)
  const minutes = Math.floor(secondOfDay / 60)
  const time = `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}:${twoDigits(secondOfDay % 60)}`
  const text = String(fraction).padStart(6, '0')
  return `${date}T${time}.${digits === 6 ? text : text.slice(0, 3)}${suffix}`
}

function splitMicros(micros: Micros): { seconds: number; fraction: number } {
  if (typeof micros === 'number') {
    const fraction = positiveRemainder(micros, 1_000_000)
    return { seconds: (micros - fraction) / 1_000_000, fraction }
  }
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  return { seconds: Number((micros - fraction) / 1_000_000n), fraction: Number(fraction) }
}

function joinMicros(seconds: number, fraction: number): Micros {
  const micros = seconds * 1_000_000 + fraction
  return Number.isSafeInteger(micros) ? micros : narrowInteger(BigInt(seconds) * 1_000_000n + BigInt(fraction))
}

function positiveRemainder(value: number, divisor: number): number {
  const remainder = value % divisor
  return remainder < 0 ? remainder + divisor : remainder + 0
}

function endOfDigits(text: string, start: number): number {
  let end = start
  while (text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++
  return end
}

/** NaN where there is no digit, or where one beyond the sixth is not zero. */
function fractionMicros(text: string, start: number, end: number): number {
  if (end === start) return Number.NaN
  for (let i = start + 6; i < end; i++) if (text.charCodeAt(i) !== 48) return Number.NaN
  const digits = Math.min(6, end - start)
  return digitsAt(text, start, digits) * 10 ** (6 - digits)
}

function offsetSeconds(text: string, at: number, zone: 'required' | 'none' | 'utc'): number | undefined {
  if (at === text.length) return zone === 'required' ? undefined : 0
  if (zone === 'none') return undefined
  const sign = text.charCodeAt(at)
  if (sign === LETTER_Z) return at + 1 === text.length ? 0 : undefined
  if (sign !== PLUS && sign !== MINUS) return undefined
  const length = text.length - at
  const hours = digitsAt(text, at + 1, 2)
  let minutes = 0
  if (length === 6 && text.charCodeAt(at + 3) === COLON) minutes = digitsAt(text, at + 4, 2)
  else if (length === 5) minutes = digitsAt(text, at + 3, 2)
  else if (length !== 3) return undefined
  // ISO 8601 zones reach from −12 to +14; 18 is what java.time accepts.
  if (!(hours <= 18 && minutes <= 59)) return undefined
  return (sign === MINUS ? -1 : 1) * (hours * 3600 + minutes * 60)
}

const LETTER_T = 84
const LETTER_Z = 90
const SPACE = 32
const COLON = 58
const DOT = 46
const PLUS = 43
const MINUS = 45
