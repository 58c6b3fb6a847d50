/**
 * Days of the proleptic Gregorian calendar, counted from 1970-01-01. JavaScript's `Date` stops at ±275760 years and
 * reads two-digit years as 19xx, so the arithmetic is done here, in whole days.
 */
export interface CivilDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** First and last day that Delta's peers agree on: 0001-01-01 and 9999-12-31. */
export const MIN_DAY = -719_162
export const MAX_DAY = 2_932_896

const DAYS_PER_ERA = 146_097
/** Days from 0000-03-01, where an era begins, to 1970-01-01. */
const EPOCH_OFFSET = 719_468

/** Algorithm `days_from_civil` of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms". */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * DAYS_PER_ERA + dayOfEra - EPOCH_OFFSET
}

/** The reverse of {@link daysFromCivil}; `days` is an integer. */
export function civilFromDays(days: number): CivilDate {
  const shifted = days + EPOCH_OFFSET
  const era = Math.floor(shifted / DAYS_PER_ERA)
  const dayOfEra = shifted - era * DAYS_PER_ERA
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = monthFromMarch + (monthFromMarch < 10 ? 3 : -9)
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  }
}

/** Days of `yyyy-mm-dd`, years 0001–9999; undefined when the text is anything else, or no day of the calendar. */
export function parseDate(text: string): number | undefined {
  return text.length === 10 ? parseDatePrefix(text) : undefined
}

/** As {@link parseDate}, of the first ten characters. */
export function parseDatePrefix(text: string): number | undefined {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return undefined
  const year = digitsAt(text, 0, 4)
  const month = digitsAt(text, 5, 2)
  const day = digitsAt(text, 8, 2)
  // Written so that NaN, "these were no digits", fails too.
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return undefined
  return daysFromCivil(year, month, day)
}

/** `yyyy-mm-dd`; a year outside 0000–9999 with its sign and six digits, as ECMAScript prints it. */
export function formatDate(days: number): string {
  const { year, month, day } = civilFromDays(days)
  return `${formatYear(year)}-${twoDigits(month)}-${twoDigits(day)}`
}

/** The number that `count` digits from `start` spell, or NaN. */
export function digitsAt(text: string, start: number, count: number): number {
  let value = 0
  for (let i = start; i < start + count; i++) {
    const digit = text.charCodeAt(i) - ZERO
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

export function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

function formatYear(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, '0')
  return `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

const ZERO = 48
const DASH = 45
